import type { JobRecord, Store, WorkflowInstance } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import type { Execution } from './fixtures/diary.ts'
import { KilledNodes } from './fixtures/killed-nodes.ts'
import { ENGINE_LEASE_MS, mailLeft } from './fixtures/mail.ts'
import { storeKinds } from './fixtures/place.ts'
import { makeRandomWorkflow, type RandomWorkflow } from './fixtures/random-workflows.ts'
import { Signaller } from './fixtures/signaller.ts'
import { startSystem } from './fixtures/system.ts'
import { until } from './fixtures/until.ts'

/** Random workflows; `DUREQ_E2E_LONG=1` runs many. `DUREQ_SEED` chooses others. */
const WORKFLOWS = process.env['DUREQ_E2E_LONG'] === '1' ? 500 : 60
const FIRST = Number(process.env['DUREQ_SEED'] ?? 1)

/** They are started in pieces, between two kills each. */
const PER_KILL = 15

const SECOND = 1_000

describe.each(storeKinds)('random workflows on %s', (kind) => {
  it('end as an interpreter says, each task done once, while nodes are killed', {
    timeout: (WORKFLOWS * 2 + 120) * SECOND,
  }, async () => {
    const { client, diary, node, store } = await startSystem(kind)
    const workflows = Array.from({ length: WORKFLOWS }, (_, i) => makeRandomWorkflow(FIRST + i))
    const signaller = new Signaller(client, new Map(workflows.flatMap(({ signals }) => [...signals])))
    const nodes = new KilledNodes(() => node({ workflows: { leaseMs: ENGINE_LEASE_MS }, concurrency: 20 }))
    await nodes.start()

    const ids: string[] = []
    for (let from = 0; from < WORKFLOWS; from += PER_KILL) {
      const piece = workflows.slice(from, from + PER_KILL)
      const started = await Promise.all(piece.map(({ definition }) => client.enqueueWorkflow(definition)))
      ids.push(...started.map(({ id }) => id))
      await nodes.killNext()
    }
    const ended = Promise.all(ids.map((id) => client.waitForWorkflow(id).catch(asFailed)))
    await nodes.killUntil(ended.then(() => until(async () => (await hooksUnderWay(store)) === 0)))
    await signaller.stop()

    const executions = diary.executions()
    const jobs = await jobsOf(store, executions)
    for (const [i, workflow] of workflows.entries()) {
      const found = await client.getWorkflow(ids[i] ?? '')
      const own = executions.filter((execution) => execution.workflow === workflow.number)
      check(workflow, found, jobsDone(own, jobs, workflow))
    }
    expect(new Set(executions.map(({ runId }) => runId)).size).toBe(executions.length)
    await until(async () => (await mailLeft(store)).length === 0)
    expect(Object.entries((await client.stats()).jobCounts).filter(isUnfinished)).toEqual([])
  })
})

/** How a workflow failed is read from the store. */
function asFailed(error: unknown): void {
  if ((error as { code?: string }).code !== 'workflow-failed') throw error
}

/** Hooks run after the end; they have ended when no job is under way. */
async function hooksUnderWay(store: Store): Promise<number> {
  const counts = await store.inspector.countJobs()
  const underWay = counts.filter(({ status }) => ['pending', 'running', 'retrying'].includes(status))
  return underWay.reduce((sum, { count }) => sum + count, 0) + (await mailLeft(store)).length
}

const isUnfinished = ([status, count]: [string, number]): boolean =>
  count > 0 && !['completed', 'dead', 'cancelled'].includes(status)

async function jobsOf(
  store: Store,
  executions: readonly Execution[],
): Promise<ReadonlyMap<string, JobRecord>> {
  const ids = [...new Set(executions.map(({ jobId }) => jobId))]
  const jobs = new Map<string, JobRecord>()
  for (let from = 0; from < ids.length; from += 500) {
    for (const job of await store.jobs.get(ids.slice(from, from + 500)))
      if (job !== undefined) jobs.set(job.id, job)
  }
  return jobs
}

/** How often each task and hook was done, by its name: by jobs, not by executions. */
function jobsDone(
  executions: readonly Execution[],
  jobs: ReadonlyMap<string, JobRecord>,
  { script }: RandomWorkflow,
): ReadonlyMap<string, number> {
  const done = new Map<string, number>()
  const tasks = new Map(executions.map(({ jobId, task = '' }) => [jobId, task]))
  for (const [jobId, task] of tasks) {
    if (jobs.get(jobId)?.status !== 'completed' || script.get(task)?.act === 'skip') continue
    done.set(task, (done.get(task) ?? 0) + 1)
  }
  return done
}

function check(
  { number, expected }: RandomWorkflow,
  ended: WorkflowInstance | undefined,
  done: ReadonlyMap<string, number>,
): void {
  const name = `workflow ${number}`
  expect(ended?.status, name).toBe(expected.status)
  const hooks = ['on_init', expected.status === 'completed' ? 'on_success' : 'on_failure', 'on_exit']
  const isHook = ([task]: [string, number]): boolean => task.startsWith('__hook:')
  expect(new Map([...done].filter(isHook)), name).toEqual(new Map(hooks.map((hook) => [`__hook:${hook}`, 1])))
  const tasks = new Map([...done].filter((each) => !isHook(each)))
  if (!expected.exact) {
    for (const [task, times] of tasks)
      expect(times, `${name}, ${task}`).toBeLessThanOrEqual(expected.successes.get(task) ?? 0)
    return
  }
  expect(tasks, name).toEqual(expected.successes)
  if (expected.output !== undefined) expect(ended?.output, name).toEqual(JSON.parse(expected.output))
  else expect(ended, name).not.toHaveProperty('output')
}
