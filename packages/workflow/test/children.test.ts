import { ContinueAsNewError, NonRetryableError, type WorkflowDefinition } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createRig, type Rig, stores, tasksOf } from './fixtures/rig.ts'

const noop = (name: string, ...dependsOn: readonly string[]) => ({ name, taskType: 'noop', dependsOn })
const hold = (name: string) => ({ name, taskType: 'hold' })

/** Handlers that hold until their signal aborts, and that fail. */
const handlers = {
  hold: (_: unknown, { signal }: { signal: AbortSignal }): Promise<void> =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  fail: (): never => {
    throw new NonRetryableError('no')
  },
}

/** A workflow with one child. */
const parentOf = (
  childWorkflowDef: WorkflowDefinition,
  options: { readonly payload?: number; readonly allowFailure?: boolean } = {},
): WorkflowDefinition => ({
  name: 'parent',
  tasks: [{ name: 'child', childWorkflowDef, ...options }, noop('after', 'child')],
})

/** The child of the workflow that is run first. */
const childOf = async ({ client }: Rig, id: string): Promise<string> =>
  (await client.getWorkflow(id))?.tasks['child']?.childWorkflowId ?? ''

describe.each(Object.entries(stores))('child workflows on %s', (_, open) => {
  it('get their input from their task, and give it their output', async () => {
    const rig = createRig(open)
    const child = { name: 'doubling', tasks: [{ name: 'double', taskType: 'double' }] }
    const tasks = [
      { name: 'child', childWorkflowDef: child, payload: 21 },
      { name: 'next', taskType: 'next', dependsOn: ['child'], resultFrom: 'child' },
    ]
    const workflow = await rig.run(
      { name: 'parent', tasks },
      {
        handlers: {
          double: (n: number) => n * 2,
          next: ({ upstream }: { upstream: number }) => upstream + 1,
        },
      },
    )
    expect(workflow).toMatchObject({ status: 'completed', output: 43 })
    const id = await childOf(rig, workflow.id)
    expect(await rig.client.getWorkflow(id)).toMatchObject({
      status: 'completed',
      workflowName: 'doubling',
      parentWorkflowId: workflow.id,
      parentTaskName: 'child',
      output: 42,
    })
    expect(await rig.client.getTaskResult(workflow.id, 'child')).toEqual({ status: 'completed', output: 42 })
  })

  it('fail their task when they fail, as its allowFailure says (14.11, 16)', async () => {
    const child = { name: 'c', tasks: [{ name: 'a', taskType: 'fail' }] }
    const refused = createRig(open)
    const failed = await refused.run(parentOf(child), { handlers })
    const error = `child workflow ${await childOf(refused, failed.id)} failed: task "a" failed: no`
    expect(failed).toMatchObject({ status: 'failed', tasks: { child: { status: 'failed', error } } })
    expect(refused.ran).toEqual(['a'])

    const allowed = createRig(open)
    const workflow = await allowed.run(parentOf(child, { allowFailure: true }), { handlers })
    expect(workflow.status).toBe('completed')
    expect(allowed.ran).toEqual(['a', 'after'])
  })

  it('tell their parent when they are cancelled, and when they take too long (14.11, 16)', async () => {
    const rig = createRig(open)
    await rig.worker(handlers)
    await rig.engine()
    const cancelled = await rig.client.enqueueWorkflow(parentOf({ name: 'c', tasks: [hold('a')] }))
    await rig.began('a')
    const id = await childOf(rig, cancelled.id)
    await rig.client.cancelWorkflow(id, { reason: 'enough' })
    const error = `child workflow ${id} cancelled: enough`
    expect(await rig.ended(cancelled.id)).toMatchObject({
      status: 'failed',
      tasks: { child: { status: 'failed', error } },
    })

    const late = await rig.client.enqueueWorkflow(
      parentOf({ name: 'c', tasks: [hold('a')], executionTimeout: 50 }),
    )
    const ended = await rig.ended(late.id)
    expect(ended.status).toBe('failed')
    expect(ended.error).toContain('dureq: execution timed out')
  })

  it('end with their parent: when it is cancelled, and when it takes too long', async () => {
    const rig = createRig(open)
    await rig.worker(handlers)
    await rig.engine()
    const grandchild = { name: 'g', tasks: [hold('a')] }
    const child = { name: 'c', tasks: [{ name: 'child', childWorkflowDef: grandchild }, hold('b')] }
    const cancelled = await rig.client.enqueueWorkflow(parentOf(child))
    await Promise.all([rig.began('a'), rig.began('b')])
    await rig.client.cancelWorkflow(cancelled, { reason: 'enough' })
    expect(await rig.ended(cancelled.id)).toMatchObject({ status: 'cancelled' })
    const childId = await childOf(rig, cancelled.id)
    const ids = [childId, await childOf(rig, childId)]
    for (const id of ids) expect(await rig.client.getWorkflow(id)).toMatchObject({ status: 'cancelled' })
    for (const { ctx } of rig.executions) expect(ctx.signal.aborted).toBe(true)

    const late = await rig.client.enqueueWorkflow({ ...parentOf(child), executionTimeout: 100 })
    expect(await rig.ended(late.id)).toMatchObject({ status: 'failed', error: 'dureq: execution timed out' })
    expect((await rig.client.stats()).workflowCounts).toMatchObject({ running: 0 })
    expect((await rig.client.stats()).jobCounts).toMatchObject({ running: 0, pending: 0 })
  })

  it('that continue as new are followed (14.11, 16)', async () => {
    const rig = createRig(open)
    const count = (n: number): number => {
      if (n < 3) throw new ContinueAsNewError(n + 1)
      return n
    }
    const child = { name: 'counting', tasks: [{ name: 'count', taskType: 'count' }] }
    const workflow = await rig.run(parentOf(child, { payload: 1 }), { handlers: { count } })
    expect(workflow.status).toBe('completed')
    expect(await rig.client.getTaskResult(workflow.id, 'child')).toEqual({ status: 'completed', output: 3 })
    expect(rig.executions.map(({ payload }) => payload)).toEqual([1, 2, 3, null])
    const last = await rig.client.getWorkflow(await childOf(rig, workflow.id))
    expect(last).toMatchObject({ status: 'completed', parentWorkflowId: workflow.id, input: 3 })
  })

  it('go with their parent when that is deleted', async () => {
    const rig = createRig(open)
    const workflow = await rig.run(parentOf({ name: 'c', tasks: [noop('a')] }))
    const id = await childOf(rig, workflow.id)
    await expect(rig.client.deleteWorkflow(id)).rejects.toMatchObject({ code: 'owned-workflow' })
    await rig.client.deleteWorkflow(workflow)
    expect(await rig.client.getWorkflow(workflow)).toBeUndefined()
    while ((await rig.client.getWorkflow(id)) !== undefined) continue
    expect(tasksOf(workflow)).toEqual({ child: 'completed', after: 'completed' })
  })
})
