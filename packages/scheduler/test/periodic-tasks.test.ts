import type { Logger, PeriodicTaskConfig } from '@dureq/types'
import { silentLogger } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createRig, stores, tasksOf, until } from './fixtures/rig.ts'

const daily = { taskType: 'report', cronExpr: '0 9 * * *' } as const
const sync = { periodicSyncMs: 100 } as const

describe.each(Object.entries(stores))('periodic tasks on %s', (_, openStore) => {
  it('are as the list says, whatever it says next', async () => {
    const rig = createRig(openStore)
    const { client, scheduler } = rig
    let list: PeriodicTaskConfig[] = [daily, { ...daily, uniqueKey: 'k', payload: { n: 1 } }]
    await scheduler({ ...sync, periodicTasks: () => list })
    await until(async () => (await tasksOf(rig)).length === 2)
    const [plain, named] = await tasksOf(rig)
    expect(plain).toMatchObject({ taskType: 'report', uniqueKey: 'periodic:report:0 9 * * *', payload: '{}' })
    expect(named).toMatchObject({ uniqueKey: 'periodic:k', payload: '{"n":1}' })

    list = [{ ...daily, cronExpr: '0 8 * * *', uniqueKey: 'k', payload: { n: 2 } }]
    await until(async () => {
      const tasks = await tasksOf(rig)
      return tasks.length === 1 && (await client.getSchedule(tasks[0]?.id ?? ''))?.version !== 1
    })
    // The same job goes on.
    expect(await client.getJob(named?.id ?? '')).toMatchObject({
      schedule: { type: 'CRON', cronExpr: '0 8 * * *' },
      payload: { n: 2 },
      status: 'scheduled',
    })
    expect(await client.getJob(plain?.id ?? '')).toMatchObject({ status: 'cancelled' })

    list = [{ ...daily, taskType: 'other', uniqueKey: 'k' }]
    await until(async () => (await tasksOf(rig)).some(({ taskType }) => taskType === 'other'))
    expect(await client.getJob(named?.id ?? '')).toMatchObject({ status: 'cancelled' })
  })

  it('survive restarts, and several schedulers that are given them', async () => {
    const rig = createRig(openStore)
    const { scheduler, store } = rig
    const periodicTasks = [daily, { ...daily, uniqueKey: 'k' }]
    const first = await scheduler({ ...sync, periodicTasks })
    await scheduler({ ...sync, periodicTasks })
    await until(async () => (await tasksOf(rig)).length === 2)
    const before = await tasksOf(rig)
    await first.stop()
    let asked = 0
    const counting = (): PeriodicTaskConfig[] => {
      asked++
      return periodicTasks
    }
    await store.leases.forceRelease({ caller: 'operator', lane: 0, number: 1 }, 'periodic-tasks')
    await scheduler({ ...sync, periodicTasks: counting })
    await until(async () => asked >= 2)
    expect(await tasksOf(rig)).toEqual(before)
  })

  it('stay as they are while the provider fails, and where the list is wrong', async () => {
    const rig = createRig(openStore)
    const errors: string[] = []
    const logger: Logger = {
      ...silentLogger,
      error: (_object, message) => void errors.push(message),
      child: () => logger,
    }
    let provider = (): PeriodicTaskConfig[] => [
      { ...daily, uniqueKey: 'a' },
      { ...daily, uniqueKey: 'b' },
    ]
    await rig.scheduler({ ...sync, logger, periodicTasks: () => provider() })
    await until(async () => (await tasksOf(rig)).length === 2)
    const before = await tasksOf(rig)

    provider = () => {
      throw new Error('no list')
    }
    await until(() => errors.length >= 2)
    expect(await tasksOf(rig)).toEqual(before)
    expect(errors[0]).toContain('provider failed')

    provider = () => [
      { ...daily, cronExpr: 'never', uniqueKey: 'a' },
      { ...daily, uniqueKey: 'c' },
    ]
    await until(async () => (await tasksOf(rig)).some(({ uniqueKey }) => uniqueKey === 'periodic:c'))
    const keys = (await tasksOf(rig)).map(({ uniqueKey }) => uniqueKey)
    expect(keys).toEqual(['periodic:a', 'periodic:c'])
    expect((await tasksOf(rig))[0]).toEqual(before[0])
  })

  it('fire', async () => {
    const { scheduler, worker, ranAtLeast } = createRig(openStore)
    await worker()
    await scheduler({ periodicTasks: [{ taskType: 't', cronExpr: '* * * * * *' }] })
    await ranAtLeast(2)
  })
})
