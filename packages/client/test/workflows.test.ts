import type { WorkflowDefinition } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import {
  CyclicDependencyError,
  TaskNotFoundError,
  ValidationError,
  WorkflowNotFoundError,
} from '../src/index.ts'
import { createHandEngine, memberJob } from './fixtures/hand-engine.ts'
import { dies, stores, withRig } from './fixtures/rig.ts'
import { siblingId } from './fixtures/sibling-id.ts'

const unknown = '0123456789abcdefghij'

const order: WorkflowDefinition = {
  name: 'order',
  executionTimeout: '1h',
  retryPolicy: { maxAttempts: 4 },
  hooks: { onExit: { taskType: 'order.clean' } },
  tasks: [
    { name: 'validate', taskType: 'order.validate' },
    { name: 'charge', taskType: 'order.charge', dependsOn: ['validate'] },
  ],
}

const chain = (name: string, length: number): WorkflowDefinition => ({
  name,
  tasks: Array.from({ length }, (_, i) => ({
    name: `t${i}`,
    taskType: 't',
    ...(i === 0 ? {} : { dependsOn: [`t${i - 1}`] }),
  })),
})

describe.each(Object.entries(stores))('workflows on %s', (_, openStore) => {
  it('begin as they were given, and are found as they begin', () =>
    withRig(openStore, async ({ client, calls }) => {
      const workflow = await client.enqueueWorkflow(order, { id: 7 })
      expect(calls).toEqual(['instances.create'])
      expect(workflow).toMatchObject({
        workflowName: 'order',
        status: 'running',
        input: { id: 7 },
        attempt: 1,
        maxAttempts: 4,
        tasks: {
          validate: { name: 'validate', status: 'pending' },
          charge: { name: 'charge', status: 'pending' },
        },
        pendingDeps: { validate: 0, charge: 1 },
        definition: { name: 'order', executionTimeout: 3_600_000, tasks: order.tasks },
      })
      expect(await client.getWorkflow(workflow)).toEqual(workflow)
      expect(await client.getWorkflow(unknown)).toBeUndefined()
      expect(await client.getWorkflow('nope')).toBeUndefined()
    }))

  it('are refused with everything that is wrong, before anything is stored', () =>
    withRig(openStore, async ({ client, calls }) => {
      const faulty = {
        name: 'w',
        tasks: [{ name: 'a', taskType: 't', dependsOn: ['b'] }, { name: 'a' }],
      } as unknown as WorkflowDefinition
      const refused = client.enqueueWorkflow(faulty, undefined, { requestId: '' })
      await expect(refused).rejects.toThrow(ValidationError)
      const faults = await client.validateWorkflow(faulty)
      expect(faults.length).toBeGreaterThan(2)
      await expect(refused).rejects.toMatchObject({ fields: expect.arrayContaining([...faults]) })
      const [first, second] = order.tasks
      const circle = { ...order, tasks: [{ ...first, dependsOn: ['charge'] }, second] } as WorkflowDefinition
      await expect(client.enqueueWorkflow(circle)).rejects.toThrow(CyclicDependencyError)
      expect(await client.validateWorkflow(order)).toEqual([])
      expect(calls).toEqual([])
    }))

  it('with the same request id are the same workflow', () =>
    withRig(openStore, async ({ client }) => {
      const options = { requestId: 'r1' }
      const first = await client.enqueueWorkflow(order, 1, options)
      const again = await client.enqueueWorkflow(order, 2, options)
      expect(again).toEqual(first)
      expect((await client.listWorkflows()).total).toBe(1)
    }))

  it('of one tick travel together, and so do reads of them', () =>
    withRig(openStore, async ({ client, calls }) => {
      const workflows = await Promise.all([1, 2, 3].map((n) => client.enqueueWorkflow(order, n)))
      expect(calls).toEqual(['instances.create'])
      calls.length = 0
      const found = await Promise.all(workflows.map((each) => client.getWorkflow(each)))
      expect(found.map((each) => each?.input)).toEqual([1, 2, 3])
      expect(calls).toEqual(['instances.get', 'mailboxes.definitions'])
    }))

  it('show where their tasks stand, by the jobs that carry them out', () =>
    withRig(openStore, async ({ client, store, run }) => {
      const engine = createHandEngine(store)
      const { id } = await client.enqueueWorkflow(order)
      const job = siblingId(id)
      await engine.step(id, {
        state: { phase: 'tasks', active: 1, deadline: 5_000 },
        tasks: { validate: { status: 'running', jobId: job, startedAt: 7 } },
        enqueue: [memberJob(id, 'validate', job)],
      })
      const status = async (): Promise<unknown> => (await client.getWorkflow(id))?.tasks.validate?.status
      expect(await status()).toBe('pending')
      expect(await client.getWorkflow(id)).toMatchObject({ deadline: 5_000, status: 'running' })
      await run({ kind: 'failed', status: 'failed', error: 'no', then: { do: 'retry', delayMs: 60_000 } })
      expect(await status()).toBe('retrying')
      expect(await client.getJob(job)).toMatchObject({ workflowId: id, workflowTask: 'validate' })
      expect(await client.getTaskResult(id, 'validate')).toBeUndefined()
      await client.cancelJob(job, { reason: 'enough' })
      expect(await status()).toBe('running')
      await engine.step(id, {
        status: 'failed',
        error: 'task "validate" failed: enough',
        tasks: { validate: { status: 'failed', jobId: job, error: 'enough', startedAt: 7, finishedAt: 8 } },
      })
      expect(await client.getWorkflow(id)).toMatchObject({
        status: 'failed',
        error: 'task "validate" failed: enough',
        tasks: { validate: { status: 'failed', error: 'enough' }, charge: { status: 'cancelled' } },
      })
      expect(await client.getTaskResult(id, 'validate')).toEqual({ status: 'failed', error: 'enough' })
    }))

  it('keep the results of tasks: of jobs, of children, of waits', () =>
    withRig(openStore, async ({ client, store, run }) => {
      const engine = createHandEngine(store)
      const definition: WorkflowDefinition = {
        name: 'mixed',
        tasks: [
          { name: 'job', taskType: 't' },
          { name: 'child', childWorkflowDef: { name: 'child', tasks: [{ name: 'x', taskType: 't' }] } },
          { name: 'wait', type: 'wait', signal: 'go' },
          { name: 'left', taskType: 't' },
        ],
      }
      const { id } = await client.enqueueWorkflow(definition)
      const waits = { name: 'child', tasks: [{ name: 'x', type: 'wait', signal: 'go' }] } as const
      const child = await client.enqueueWorkflow(waits)
      await engine.step(child.id, { status: 'completed', output: '"of the child"' })
      const job = siblingId(id)
      await engine.step(id, {
        tasks: { job: { status: 'running', jobId: job } },
        enqueue: [memberJob(id, 'job', job)],
      })
      await run({ kind: 'succeeded', output: '{"of":"the job"}' })
      await engine.step(id, {
        tasks: {
          job: { status: 'completed', jobId: job },
          child: { status: 'completed', childId: child.id },
          wait: { status: 'completed', output: '[1]' },
          left: { status: 'completed', skipped: 'branch not selected', leftOut: true },
        },
      })
      expect(await client.getTaskResult(id, 'job')).toEqual({
        status: 'completed',
        output: { of: 'the job' },
      })
      expect(await client.getTaskResult(id, 'child')).toEqual({ status: 'completed', output: 'of the child' })
      expect(await client.getTaskResult(id, 'wait')).toEqual({ status: 'completed', output: [1] })
      expect(await client.getTaskResult(id, 'left')).toEqual({ status: 'completed' })
      expect(await client.getWorkflowTask(id, 'left')).toMatchObject({ skipped: true })
      await expect(client.getTaskResult(id, 'none')).rejects.toThrow(TaskNotFoundError)
      await expect(client.getTaskResult(unknown, 'job')).rejects.toThrow(WorkflowNotFoundError)
    }))

  it('show the tasks that subflows have added after their own', () =>
    withRig(openStore, async ({ client, store }) => {
      const engine = createHandEngine(store)
      const { id } = await client.enqueueWorkflow(order)
      const extra = { name: 'extra', taskType: 't', dependsOn: ['validate'] }
      await engine.step(id, {
        state: { added: 1, open: 3 },
        tasks: { extra: { open: 1, task: extra, generator: 'validate' } },
      })
      const workflow = await client.getWorkflow(id)
      expect(workflow?.definition.tasks.map(({ name }) => name)).toEqual(['validate', 'charge', 'extra'])
      expect(workflow?.tasks.extra).toEqual({ name: 'extra', status: 'pending' })
      expect(await client.listWorkflowTasks(id, { offset: 1, limit: 2 })).toEqual({
        tasks: [
          { name: 'charge', status: 'pending' },
          { name: 'extra', status: 'pending' },
        ],
        total: 3,
      })
      expect(await client.listWorkflowTasks(id, { offset: 3 })).toEqual({ tasks: [], total: 3 })
      expect(await client.getWorkflowTask(id, 'extra')).toEqual({ name: 'extra', status: 'pending' })
    }))

  it('with very many tasks are shown in pieces', () =>
    withRig(openStore, async ({ client }) => {
      const { id } = await client.enqueueWorkflow(chain('long', 1_100))
      const shown = await client.getWorkflow(id)
      expect(Object.keys(shown?.tasks ?? {})).toHaveLength(1_000)
      expect(shown?.definition.tasks).toHaveLength(1_000)
      expect(shown?.truncated).toBe(true)
      const { workflows } = await client.listWorkflows()
      expect(Object.keys(workflows[0]?.tasks ?? {})).toHaveLength(100)
      expect(workflows[0]?.truncated).toBe(true)
      const page = await client.listWorkflowTasks(id, { offset: 1_095, limit: 100 })
      expect(page.tasks.map(({ name }) => name)).toEqual(['t1095', 't1096', 't1097', 't1098', 't1099'])
      expect(page.total).toBe(1_100)
    }))

  it('are listed by status and name, with totals, and counted', () =>
    withRig(openStore, async ({ client, store }) => {
      const engine = createHandEngine(store)
      const ids: string[] = []
      for (let i = 0; i < 5; i++) ids.push((await client.enqueueWorkflow(chain(i < 3 ? 'a' : 'b', 1))).id)
      await engine.step(ids[0] as string, { status: 'completed' })
      await engine.step(ids[4] as string, { status: 'failed', error: 'no' })
      const listed = async (options: Parameters<typeof client.listWorkflows>[0]): Promise<unknown> => {
        const { workflows, total } = await client.listWorkflows(options)
        return [workflows.map(({ id }) => ids.indexOf(id)), total]
      }
      expect(await listed({})).toEqual([[4, 3, 2, 1, 0], 5])
      expect(await listed({ name: 'a', sort: 'oldest' })).toEqual([[0, 1, 2], 3])
      expect(await listed({ status: 'running', limit: 2 })).toEqual([[3, 2], 3])
      expect(await listed({ status: 'running', name: 'a' })).toEqual([[2, 1], 2])
      expect(await listed({ offset: 4 })).toEqual([[0], 5])
      await expect(client.listWorkflows({ status: 'dead' as never, limit: 0 })).rejects.toMatchObject({
        fields: [{ field: 'status' }, { field: 'limit' }],
      })
      expect(await client.stats()).toMatchObject({
        workflowCounts: { running: 3, completed: 1, failed: 1, cancelled: 0, suspended: 0, continued: 0 },
        activeWorkflows: 3,
        workflowNames: expect.arrayContaining([{ name: 'a', status: 'running', count: 2 }]),
      })
    }))

  it('tell what happened to their tasks, newest first', () =>
    withRig(openStore, async ({ client, store, run }) => {
      const engine = createHandEngine(store)
      const { id } = await client.enqueueWorkflow(order)
      const job = siblingId(id)
      await engine.step(id, {
        tasks: { validate: { status: 'running', jobId: job, startedAt: 1 } },
        enqueue: [memberJob(id, 'validate', job)],
      })
      await run(dies)
      const trail = await client.workflowAudit(id)
      expect(trail.map(({ status, error }) => [status, error])).toEqual([
        ['dead', 'boom'],
        ['failed', 'boom'],
        ['running', undefined],
        ['pending', undefined],
      ])
      expect(trail[0]).toMatchObject({ taskName: 'validate', jobId: job })
      expect(await client.workflowAudit(id, { limit: 1 })).toEqual(trail.slice(0, 1))
      await expect(client.workflowAudit(unknown)).rejects.toThrow(WorkflowNotFoundError)
    }))
})
