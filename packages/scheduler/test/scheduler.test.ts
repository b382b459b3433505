import { describe, expect, it } from 'vitest'
import { createScheduler, ServerStoppedError } from '../src/index.ts'
import { createRig, stores, timeOf, until } from './fixtures/rig.ts'

const quick = { type: 'DURATION', interval: 100, catchupWindow: '1h' } as const

describe.each(Object.entries(stores))('a scheduler on %s', (_, openStore) => {
  it('fires again and again, at the times of the schedule', async () => {
    const { client, scheduler, worker, ran, ranAtLeast } = createRig(openStore)
    await Promise.all([scheduler(), worker()])
    const job = await client.enqueue('t', 1, { schedule: quick })
    await ranAtLeast(5)
    const first = job.nextRunAt ?? 0
    expect(ran.slice(0, 5)).toEqual([0, 1, 2, 3, 4].map((n) => `${job.id}:${first + n * 100}`))
    const firing = await client.getJob(ran[0] ?? '')
    expect(firing?.headers).toMatchObject({
      'x-dureq-firing-id': ran[0],
      'x-dureq-scheduled-at': expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    })
    expect(Date.parse(firing?.headers['x-dureq-scheduled-at'] ?? '')).toBe(first)
  })

  it('learns at once of a schedule that is new, changed, or resumed', async () => {
    const { client, scheduler, worker, ranAtLeast, ran } = createRig(openStore)
    await Promise.all([scheduler(), worker()])
    const idle = await client.enqueue('idle', 1, { schedule: { type: 'DURATION', interval: '1h' } })
    await until(async () => (await client.getSchedule(idle)) !== undefined)
    const begun = performance.now()
    const job = await client.enqueue('t', 1, { schedule: quick })
    await ranAtLeast(1)
    await client.pauseSchedule(job)
    await client.updateSchedule(idle, quick)
    await until(() => ran.some((id) => id.startsWith(idle.id)))
    const before = ran.filter((id) => id.startsWith(job.id)).length
    await client.resumeSchedule(job)
    await until(() => ran.filter((id) => id.startsWith(job.id)).length > before)
    // Each would take 5 s if nobody told.
    expect(performance.now() - begun).toBeLessThan(4_000)
  })

  it('hands over when it stops: no time is fired twice or lost', async () => {
    const { client, scheduler, worker, ran, ranAtLeast } = createRig(openStore)
    await worker()
    let leader = await scheduler({ nodeId: 's0' })
    await until(() => leader.isLeader)
    const job = await client.enqueue('t', 1, { schedule: quick })
    for (let i = 1; i <= 3; i++) {
      const heir = await scheduler({ nodeId: `s${i}` })
      await ranAtLeast(ran.length + 3)
      expect([leader.isLeader, heir.isLeader]).toEqual([true, false])
      await leader.stop()
      expect(leader.isLeader).toBe(false)
      await until(() => heir.isLeader)
      leader = heir
    }
    await ranAtLeast(ran.length + 3)
    const first = job.nextRunAt ?? 0
    expect(ran.map(timeOf)).toEqual(ran.map((_id, n) => first + n * 100))
  })

  it('completes the job when the schedule has ended and its last firing, too', async () => {
    const { client, scheduler, worker, ran } = createRig(openStore)
    await Promise.all([scheduler(), worker()])
    const endsAt = Date.now() + 350
    const job = await client.enqueue('t', 1, { schedule: { ...quick, endsAt }, uniqueKey: 'k' })
    await until(async () => (await client.getJob(job))?.status === 'completed')
    expect(Math.max(...ran.map(timeOf))).toBeLessThanOrEqual(endsAt)
    expect(await client.lookupUniqueKey('k')).toBeUndefined()
    expect(await client.getSchedule(job)).toBeUndefined()
    expect((await client.listFirings(job)).total).toBe(ran.length)
  })

  it('fires late by the jitter, and not by more', async () => {
    const { client, scheduler, store } = createRig(openStore)
    await scheduler()
    const job = await client.enqueue('t', 1, { schedule: { ...quick, jitter: 90 } })
    await until(async () => (await client.listFirings(job)).total >= 4)
    const { events } = await store.events.read(undefined, { jobId: job.id, types: ['job.dispatched'] }, 100)
    const latenesses = events.map(({ timestamp, firingId = '' }) => timestamp - timeOf(firingId))
    expect(latenesses.every((late) => late >= 0)).toBe(true)
    expect(new Set(latenesses).size).toBeGreaterThan(1)
  })

  it('tells of the firings it replaces', async () => {
    const ended: string[] = []
    const { client, scheduler } = createRig(openStore)
    await scheduler({ onEnded: (firings) => void ended.push(...firings.map(({ firingId }) => firingId)) })
    const job = await client.enqueue('t', 1, { schedule: { ...quick, overlapPolicy: 'REPLACE' } })
    await until(() => ended.length >= 2)
    const first = job.nextRunAt ?? 0
    expect(ended.slice(0, 2)).toEqual([`${job.id}:${first}`, `${job.id}:${first + 100}`])
    expect(await client.getJob(ended[0] ?? '')).toMatchObject({
      status: 'cancelled',
      result: { error: 'replaced' },
    })
  })

  it('may be stopped before it starts, and more than once', async () => {
    const { store } = createRig(openStore)
    const scheduler = createScheduler({ store })
    await Promise.all([scheduler.stop(), scheduler.stop()])
    await expect(scheduler.start()).rejects.toThrow(ServerStoppedError)
    await using other = createScheduler({ store })
    await other.start()
  })
})
