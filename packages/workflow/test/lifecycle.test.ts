import { ContinueAsNewError, NonRetryableError, type WorkflowDefinition } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createRig, stores, tasksOf } from './fixtures/rig.ts'

const noop = (name: string, ...dependsOn: readonly string[]) => ({ name, taskType: 'noop', dependsOn })

const hooks = {
  onInit: { taskType: 'noop' },
  onSuccess: { taskType: 'noop' },
  onFailure: { taskType: 'noop' },
  onExit: { taskType: 'noop' },
}
const hooksRan = (ran: readonly string[]): readonly string[] =>
  ran.filter((task) => task.startsWith('__hook:')).map((task) => task.slice('__hook:'.length))

const fail = (): never => {
  throw new NonRetryableError('no')
}
const hold = (_: unknown, { signal }: { signal: AbortSignal }): Promise<void> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

const holding: WorkflowDefinition = {
  name: 'holding',
  tasks: [{ name: 'holds', taskType: 'hold' }, noop('after', 'holds')],
  hooks,
}

describe.each(Object.entries(stores))('the life of a workflow on %s', (_, open) => {
  it('has its hooks run exactly once: at its begin, its success, its failure, its end (14.11, 16)', async () => {
    const rig = createRig(open)
    const done = await rig.run({ name: 'done', tasks: [noop('a')], hooks }, { handlers: { fail, hold } })
    await rig.began('__hook:on_exit')
    expect(rig.ran.slice(0, 2)).toEqual(['__hook:on_init', 'a'])
    expect(hooksRan(rig.ran)).toEqual(['on_init', 'on_success', 'on_exit'])
    expect(done.status).toBe('completed')
    await rig.when(done.id, ({ hookStates }) => hookStates?.onExit?.status === 'completed')

    const failed = await rig.client.enqueueWorkflow({
      name: 'failed',
      tasks: [{ name: 'a', taskType: 'fail' }],
      hooks,
    })
    expect(await rig.ended(failed.id)).toMatchObject({ status: 'failed' })
    await rig.began('__hook:on_exit', 2)
    expect(hooksRan(rig.ran).slice(3)).toEqual(['on_init', 'on_failure', 'on_exit'])
  })

  it('ends with a cancel, once everything that runs has ended; only the hook of the end is run (14.11, 16)', async () => {
    const rig = createRig(open)
    await rig.worker({ hold })
    await rig.engine()
    const { id } = await rig.client.enqueueWorkflow(holding)
    const { ctx } = await rig.began('holds')
    await rig.client.cancelWorkflow(id, { reason: 'enough' })
    const ended = await rig.ended(id)
    expect(ended).toMatchObject({ status: 'cancelled', error: 'enough' })
    expect(tasksOf(ended)).toMatchObject({ holds: 'cancelled' })
    expect(ctx.signal.aborted).toBe(true)
    await rig.began('__hook:on_exit')
    expect(hooksRan(rig.ran)).toEqual(['on_init', 'on_exit'])
    expect(rig.ran).not.toContain('after')
    await expect(rig.client.cancelWorkflow(id)).rejects.toMatchObject({ code: 'invalid-workflow-status' })
    await expect(rig.client.waitForWorkflow(id)).rejects.toMatchObject({ code: 'workflow-cancelled' })
  })

  it('takes no longer than its execution timeout: queued tasks are not run afterwards (14.11, 17)', async () => {
    const rig = createRig(open)
    const tasks = [...holding.tasks, { name: 'queued', taskType: 'nobody has this' }]
    await rig.worker({ hold })
    const seen: unknown[] = []
    await rig.engine({ hooks: { onWorkflowFailed: [({ type, error }) => void seen.push([type, error])] } })
    const { id } = await rig.client.enqueueWorkflow({ ...holding, tasks, executionTimeout: 200 })
    const ended = await rig.ended(id)
    expect(ended).toMatchObject({ status: 'failed', error: 'dureq: execution timed out' })
    expect(tasksOf(ended)).toMatchObject({ holds: 'cancelled', queued: 'cancelled' })
    await rig.began('__hook:on_exit')
    expect(hooksRan(rig.ran)).toEqual(['on_init', 'on_failure', 'on_exit'])
    const types = await rig.eventTypes(id)
    expect(types.indexOf('workflow.timed_out')).toBeGreaterThan(0)
    expect(types.indexOf('workflow.failed')).toBeGreaterThan(types.indexOf('workflow.timed_out'))
    expect(seen).toEqual([['workflow.failed', 'dureq: execution timed out']])
    await rig.worker({ 'nobody has this': () => undefined })
    expect(rig.ran).not.toContain('queued')
  })

  it('is retried from what failed, after its backoff, with a fresh deadline; hooks run at the final end (14.11, 17)', async () => {
    const rig = createRig(open)
    let attempts = 0
    const definition: WorkflowDefinition = {
      name: 'retried',
      hooks,
      executionTimeout: '1h',
      retryPolicy: { maxAttempts: 3, initialDelay: 50, multiplier: 1, jitter: 0 },
      tasks: [
        noop('once'),
        { ...noop('again'), resultReuse: 'never' },
        { name: 'flaky', taskType: 'flaky', dependsOn: ['once', 'again'] },
      ],
    }
    const flaky = (): number => (++attempts < 3 ? fail() : attempts)
    const workflow = await rig.run(definition, { handlers: { flaky } })
    expect(workflow).toMatchObject({ status: 'completed', attempt: 3, maxAttempts: 3, output: 3 })
    await rig.began('__hook:on_exit')
    expect(hooksRan(rig.ran)).toEqual(['on_init', 'on_success', 'on_exit'])
    const times = (name: string): number => rig.ran.filter((task) => task === name).length
    expect([times('once'), times('again'), times('flaky')]).toEqual([1, 3, 3])
    const types = await rig.eventTypes(workflow.id)
    expect(types.filter((type) => type === 'workflow.retrying')).toHaveLength(2)
    expect(types).not.toContain('workflow.failed')
  })

  it('begins anew when it is retried by hand, from failed and from cancelled', async () => {
    const rig = createRig(open)
    let broken = true
    const flaky = (): string => (broken ? fail() : 'mended')
    const tasks = [noop('once'), { name: 'flaky', taskType: 'flaky', dependsOn: ['once'] }]
    const failed = await rig.run({ name: 'w', tasks, hooks }, { handlers: { flaky, hold } })
    expect(failed.status).toBe('failed')
    await rig.began('__hook:on_exit')
    broken = false
    await rig.client.retryWorkflow(failed)
    expect(await rig.ended(failed.id)).toMatchObject({ status: 'completed', attempt: 2, output: 'mended' })
    await rig.began('__hook:on_exit', 2)
    expect(hooksRan(rig.ran)).toEqual(['on_init', 'on_failure', 'on_exit', 'on_success', 'on_exit'])
    expect(rig.ran.filter((task) => task === 'once')).toHaveLength(1)

    const held = await rig.client.enqueueWorkflow({ name: 'h', tasks: [{ name: 'holds', taskType: 'hold' }] })
    await rig.began('holds')
    await rig.client.cancelWorkflow(held)
    await rig.ended(held.id)
    await rig.client.retryWorkflow(held)
    await rig.began('holds', 2)
    expect(await rig.client.getWorkflow(held)).toMatchObject({ status: 'running', attempt: 2 })
    await rig.client.cancelWorkflow(held)
    expect(await rig.ended(held.id)).toMatchObject({ status: 'cancelled' })
  })

  it('dispatches nothing while it is suspended, whatever ends meanwhile (14.11, 15)', async () => {
    const rig = createRig(open)
    let release = (): void => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    await rig.worker({ work: () => released })
    await rig.engine()
    const { id } = await rig.client.enqueueWorkflow({
      name: 'w',
      tasks: [{ name: 'a', taskType: 'work' }, noop('b', 'a')],
    })
    await rig.began('a')
    await rig.client.suspendWorkflow(id)
    release()
    await rig.when(id, ({ tasks }) => tasks['a']?.status === 'completed')
    expect(await rig.client.getWorkflow(id)).toMatchObject({ status: 'suspended' })
    expect(await rig.client.getWorkflow(id)).toMatchObject({ tasks: { b: { status: 'pending' } } })
    await expect(rig.client.suspendWorkflow(id)).rejects.toMatchObject({ code: 'invalid-workflow-status' })
    await rig.client.resumeWorkflow(id)
    expect(await rig.ended(id)).toMatchObject({ status: 'completed' })
    expect(rig.ran).toEqual(['a', 'b'])
  })

  it('goes on as another when a task says so, with its input and the signals nobody has taken', async () => {
    const rig = createRig(open)
    const tasks = [
      { name: 'step', taskType: 'step' },
      { name: 'told', type: 'wait', signal: 'go', dependsOn: ['step'] },
      { name: 'last', taskType: 'last', dependsOn: ['told'], resultFrom: 'told' },
    ] as const
    let isTold = (): void => {}
    const told = new Promise<void>((resolve) => {
      isTold = resolve
    })
    await rig.worker({
      step: async (n: number) => {
        await told
        if (n < 2) throw new ContinueAsNewError(n + 1)
        return n
      },
      last: ({ upstream }: { upstream: string }) => upstream,
    })
    await rig.engine()
    const first = await rig.client.enqueueWorkflow({ name: 'w', tasks, hooks }, 1)
    await rig.began('step')
    await rig.client.signalWorkflow(first, 'go', 'now', { dedupeKey: 'once' })
    isTold()
    expect(await rig.client.waitForWorkflow(first)).toBe('now')
    const continued = await rig.client.getWorkflow(first.id)
    expect(continued).toMatchObject({ status: 'continued' })
    const next = await rig.client.getWorkflow(continued?.continuedTo ?? '')
    expect(next).toMatchObject({ status: 'completed', input: 2, continuedFrom: first.id, output: 'now' })
    await rig.began('__hook:on_exit', 2)
    expect(hooksRan(rig.ran).toSorted()).toEqual(['on_exit', 'on_exit', 'on_init', 'on_init', 'on_success'])
  })
})
