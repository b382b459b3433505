import { describe, expect, it } from 'vitest'
import { createRig, stores, tasksOf } from './fixtures/rig.ts'

const noop = (name: string, ...dependsOn: readonly string[]) => ({ name, taskType: 'noop', dependsOn })
const wait = (name: string, signal: string) => ({ name, type: 'wait', signal }) as const

describe.each(Object.entries(stores))('waits on %s', (_, open) => {
  it('take the signal they wait for, whether it comes before or after, and its payload is their output', async () => {
    const rig = createRig(open)
    await rig.worker({ use: ({ upstream }: { upstream: unknown }) => upstream })
    await rig.engine()
    const tasks = [
      noop('first'),
      { ...wait('told', 'go'), dependsOn: ['first'] },
      { name: 'use', taskType: 'use', dependsOn: ['told'], resultFrom: 'told' },
    ] as const
    const after = await rig.client.enqueueWorkflow({ name: 'after', tasks })
    await rig.when(after.id, (workflow) => workflow.tasks['told']?.status === 'running')
    await rig.client.signalWorkflow(after, 'other', 1)
    await rig.client.signalWorkflow(after, 'go', { n: 2 })
    expect(await rig.client.waitForWorkflow(after)).toEqual({ n: 2 })
    expect(await rig.client.getTaskResult(after, 'told')).toEqual({ status: 'completed', output: { n: 2 } })

    const before = await rig.client.enqueueWorkflow({ name: 'before', tasks })
    await rig.client.signalWorkflow(before, 'go', 'early', { dedupeKey: 'k' })
    await expect(rig.client.signalWorkflow(before, 'go', 'again', { dedupeKey: 'k' })).rejects.toMatchObject({
      code: expect.stringMatching(/duplicate-signal|workflow-ended/),
    })
    expect(await rig.client.waitForWorkflow(before)).toBe('early')
    await expect(rig.client.signalWorkflow(before, 'go')).rejects.toMatchObject({ code: 'workflow-ended' })
  })

  it('of one name take one signal each, in order', async () => {
    const rig = createRig(open)
    const tasks = [wait('a', 'go'), wait('b', 'go'), { ...wait('c', 'go'), dependsOn: ['a', 'b'] }]
    const { id } = await rig.client.enqueueWorkflow({ name: 'w', tasks })
    for (const n of [1, 2, 3, 4]) await rig.client.signalWorkflow(id, 'go', n)
    await rig.engine()
    const workflow = await rig.ended(id)
    expect(workflow.status).toBe('completed')
    const outputs = await Promise.all(['a', 'b', 'c'].map((task) => rig.client.getTaskResult(id, task)))
    expect(outputs.map((result) => result?.output)).toEqual([1, 2, 3])
    expect(await rig.client.signalStats(id)).toMatchObject({ pendingCount: 1 })
  })

  it('end when their time is over: with a signal late they take route 1, or fail', async () => {
    const rig = createRig(open)
    const timer = { name: 'timer', type: 'wait', timeout: 30 } as const
    const late = { ...wait('late', 'never'), timeout: 30, conditionRoutes: { 0: 'came', 1: 'did not' } }
    const done = await rig.run({
      name: 'w',
      tasks: [timer, noop('after', 'timer'), late, noop('came', 'late'), noop('did not', 'late')],
    })
    expect(tasksOf(done)).toEqual({
      timer: 'completed',
      after: 'completed',
      late: 'completed',
      came: 'skipped',
      'did not': 'completed',
    })
    const failing = await rig.client.enqueueWorkflow({
      name: 'w',
      signalTimeout: 30,
      tasks: [wait('late', 'never')],
    })
    const error = 'signal "never" did not arrive in time'
    expect(await rig.ended(failing.id)).toMatchObject({ status: 'failed', tasks: { late: { error } } })
  })

  it('hold no worker, and end with their workflow', async () => {
    const rig = createRig(open)
    await rig.engine()
    const tasks = [wait('told', 'go'), { name: 'slept', type: 'wait', timeout: '30d' } as const]
    const { id } = await rig.client.enqueueWorkflow({ name: 'w', tasks })
    await rig.when(id, (workflow) => workflow.tasks['slept']?.status === 'running')
    expect((await rig.client.stats()).jobCounts).toMatchObject({ pending: 0, running: 0 })
    await rig.client.cancelWorkflow(id)
    expect(tasksOf(await rig.ended(id))).toEqual({ told: 'cancelled', slept: 'cancelled' })
  })

  it('leave signals of other names to handlers, which read and acknowledge them', async () => {
    const rig = createRig(open)
    const { worker, engine, client } = rig
    await worker({
      read: async (_, { workflow }) => {
        const signals = (await workflow?.signals.read('note')) ?? []
        const taken = await workflow?.signals.acknowledge(signals.map(({ id = '' }) => id))
        return { payloads: signals.map(({ payload }) => payload ?? null), taken: taken ?? 0 }
      },
    })
    await engine()
    const read = { name: 'read', taskType: 'read', dependsOn: ['told'] }
    const { id } = await client.enqueueWorkflow({ name: 'w', tasks: [wait('told', 'go'), read] })
    for (const n of [1, 2]) await client.signalWorkflow(id, 'note', n)
    await client.signalWorkflow(id, 'go')
    expect(await client.waitForWorkflow(id)).toEqual({ payloads: [1, 2], taken: 2 })
    expect(await client.signalStats(id)).toMatchObject({ pendingCount: 0 })
  })
})
