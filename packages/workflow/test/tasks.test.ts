import { NonRetryableError, SkipError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createRig, stores, tasksOf } from './fixtures/rig.ts'

const noop = (name: string, ...dependsOn: readonly string[]) => ({ name, taskType: 'noop', dependsOn })

describe.each(Object.entries(stores))('tasks on %s', (_, open) => {
  it('run one after the other, and the last one makes the output', async () => {
    const rig = createRig(open)
    const tasks = [
      { name: 'a', taskType: 'add' },
      { name: 'b', taskType: 'add', payload: 10, dependsOn: ['a'], resultFrom: 'a' },
      { name: 'c', taskType: 'add', payload: 100, dependsOn: ['b'], resultFrom: 'b' },
    ]
    const add = (payload: number | { upstream: number; original: number }): number =>
      typeof payload === 'number' ? payload : payload.upstream + payload.original
    const workflow = await rig.run({ name: 'sum', tasks }, { handlers: { add }, input: 1 })
    expect(workflow).toMatchObject({ status: 'completed', output: 111, attempt: 1, input: 1 })
    expect(rig.ran).toEqual(['a', 'b', 'c'])
    expect(tasksOf(workflow)).toEqual({ a: 'completed', b: 'completed', c: 'completed' })
    expect(await rig.client.getTaskResult(workflow.id, 'b')).toEqual({ status: 'completed', output: 11 })
    expect(await rig.eventTypes(workflow.id)).toEqual([
      'workflow.started',
      ...['a', 'b', 'c'].flatMap(() => ['workflow.task.dispatched', 'workflow.task.completed']),
      'workflow.completed',
    ])
  })

  it('wait for all they depend on, and go by priority when they are ready together', async () => {
    const rig = createRig(open)
    const tasks = [
      noop('root'),
      { ...noop('low', 'root'), priority: -1 },
      noop('middle', 'root'),
      { ...noop('high', 'root'), priority: 5 },
      noop('last', 'low', 'middle', 'high'),
    ]
    await rig.worker({}, { concurrency: 1 })
    await rig.engine()
    const { id } = await rig.client.enqueueWorkflow({ name: 'diamond', tasks })
    expect(await rig.ended(id)).toMatchObject({ status: 'completed' })
    expect(rig.ran).toEqual(['root', 'high', 'middle', 'low', 'last'])
  })

  it('have the priority, the input and the names of their workflow', async () => {
    const rig = createRig(open)
    const tasks = [noop('a'), { ...noop('b'), payload: { own: true } }, noop('c', 'a')]
    const { id } = await rig.run({ name: 'w', tasks, defaultPriority: 9 }, { input: { item: 'tea' } })
    const byTask = Object.fromEntries(rig.executions.map((each) => [each.task, each]))
    expect([byTask['a'], byTask['b'], byTask['c']].map((each) => each?.payload)).toEqual([
      { item: 'tea' },
      { own: true },
      null,
    ])
    for (const { ctx } of rig.executions) {
      expect(ctx.priority).toBe(9)
      expect(ctx.workflow).toMatchObject({ id, name: 'w', input: { item: 'tea' } })
    }
    expect(await rig.client.getJob(byTask['a']?.ctx.jobId ?? '')).toMatchObject({
      workflowId: id,
      workflowTask: 'a',
    })
  })

  it('may fail where that is allowed; else they cancel what is still running and fail the workflow', async () => {
    const rig = createRig(open)
    const fail = (): never => {
      throw new NonRetryableError('no')
    }
    const hold = (_: unknown, { signal }: { signal: AbortSignal }): Promise<void> =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    await rig.worker({ fail, hold, late: () => rig.began('holds').then(fail) })
    await rig.engine()
    const allowed = await rig.client.enqueueWorkflow({
      name: 'allowed',
      tasks: [{ name: 'a', taskType: 'fail', allowFailure: true }, noop('b', 'a')],
    })
    const ended = await rig.ended(allowed.id)
    expect(ended).toMatchObject({ status: 'completed', tasks: { a: { status: 'failed', error: 'no' } } })

    const refused = await rig.client.enqueueWorkflow({
      name: 'refused',
      tasks: [
        { name: 'fails', taskType: 'late' },
        { name: 'holds', taskType: 'hold' },
        noop('after', 'fails'),
      ],
    })
    const failed = await rig.ended(refused.id)
    expect(failed).toMatchObject({
      status: 'failed',
      error: 'task "fails" failed: no',
      tasks: { fails: { status: 'failed', error: 'no' }, holds: { status: 'cancelled' } },
    })
    expect(rig.ran).not.toContain('after')
    await expect(rig.client.waitForWorkflow(failed)).rejects.toMatchObject({ code: 'workflow-failed' })
  })

  it('let the others end after a failure where they are told to', async () => {
    const rig = createRig(open)
    let release = (): void => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const workflow = {
      name: 'finish',
      onTaskFailure: 'finish',
      tasks: [
        { name: 'fails', taskType: 'fail' },
        { name: 'holds', taskType: 'hold' },
        noop('after', 'holds'),
      ],
    } as const
    await rig.worker({
      fail: () => {
        throw new NonRetryableError('no')
      },
      hold: () => released,
    })
    await rig.engine()
    const { id } = await rig.client.enqueueWorkflow(workflow)
    await rig.began('holds')
    await rig.when(id, ({ tasks }) => tasks['fails']?.status === 'failed')
    expect(await rig.client.getWorkflow(id)).toMatchObject({ status: 'running' })
    release()
    expect(await rig.ended(id)).toMatchObject({ status: 'failed', tasks: { holds: { status: 'completed' } } })
    expect(rig.ran).not.toContain('after')
  })

  it('are skipped by a precondition that does not hold, also as the last one', async () => {
    const rig = createRig(open)
    const when = (expected: string) => [
      { type: 'upstream_output', task: 'a', path: '$.status', expected } as const,
    ]
    const tasks = [
      { name: 'a', taskType: 'answer' },
      { ...noop('held', 'a'), preconditions: when('ok') },
      { ...noop('not', 'a'), preconditions: when('bad') },
      noop('after', 'not'),
      { ...noop('last', 'after', 'a'), preconditions: when('bad') },
    ]
    const handlers = { answer: () => ({ status: 'ok' }) }
    const workflow = await rig.run({ name: 'w', tasks }, { handlers })
    expect(tasksOf(workflow)).toEqual({
      a: 'completed',
      held: 'completed',
      not: 'skipped',
      after: 'completed',
      last: 'skipped',
    })
    expect(workflow.tasks['not']?.skipReason).toMatch(/^precondition not met: /)
    expect(workflow.status).toBe('completed')
  })

  it('are done when their handler skips them (14.11, 22)', async () => {
    const rig = createRig(open)
    const skip = (): never => {
      throw new SkipError('not today')
    }
    const tasks = [{ name: 'a', taskType: 'skip' }, noop('b', 'a')]
    const workflow = await rig.run({ name: 'w', tasks }, { handlers: { skip } })
    expect(workflow).toMatchObject({
      status: 'completed',
      tasks: { a: { status: 'completed', skipped: true, skipReason: 'not today' } },
    })
    expect(rig.ran).toEqual(['a', 'b'])
  })

  it('fail when the task they are to get a result from has none', async () => {
    const rig = createRig(open)
    const workflow = await rig.run({
      name: 'w',
      tasks: [noop('a'), { ...noop('b', 'a'), resultFrom: 'a' }],
    })
    expect(workflow).toMatchObject({ status: 'failed', tasks: { b: { status: 'failed' } } })
    expect(rig.ran).toEqual(['a'])
  })
})
