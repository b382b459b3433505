import { mkdirSync, openSync, readdirSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { NonRetryableError, SkipError } from '@dureq/types'

/** A job that loses its node again and again is no failure of its task. */
const options = { retryPolicy: { maxAttempts: 1_000, initialDelay: 1, multiplier: 1 } }

/**
 * Registers the handlers of random workflows with a worker. What a task does stands in its payload, and depends on how often
 * it was carried out before: each job leaves its mark beside the diary, and the store says which of them have ended so.
 */
export function handleRandom(worker, { store, diary }) {
  const file = openSync(diary, 'a')
  const note = (payload, { runId, jobId, nodeId, attempt, workflow }) => {
    const { id: instance, task } = workflow
    const line = { jobId, runId, nodeId, attempt, workflow: payload.workflow, instance, task }
    writeSync(file, `${JSON.stringify(line)}\n`)
  }
  worker.handle(
    'random',
    async (given, ctx) => {
      const payload = given.upstream === undefined ? given : given.original
      note(payload, ctx)
      return carryOut(payload.script, await countBefore(store, `${diary}.marks`, ctx))
    },
    options,
  )
  worker.handle('random-hook', (payload, ctx) => note(payload, ctx), options)
}

/** How many jobs of this task have ended, but for those that were cancelled. */
async function countBefore(store, marks, { jobId, workflow }) {
  const dir = join(marks, workflow.id, workflow.task)
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, jobId), '')
  const others = readdirSync(dir).filter((id) => id !== jobId)
  if (others.length === 0) return 0
  const jobs = await store.jobs.get(others)
  return jobs.filter((job) => job.status === 'completed' || job.status === 'dead').length
}

/** As `deedOf` of the machine's tests says. */
function carryOut(script, before) {
  switch (script.act) {
    case 'return':
      return JSON.parse(script.output)
    case 'fail':
      if (before < script.times) throw new NonRetryableError('as the script says')
      return JSON.parse(script.output)
    case 'skip':
      throw new SkipError('as the script says')
    case 'route':
      return { route: script.routes[Math.min(before, script.routes.length - 1)] }
    case 'add':
      return { tasks: script.tasks }
    default:
      throw new NonRetryableError(`${script.act} is not for a handler`)
  }
}
