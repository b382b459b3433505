import type { StoredSchedule } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { storeKinds } from './fixtures/place.ts'
import { firingsOf } from './fixtures/schedules.ts'
import { startSystem } from './fixtures/system.ts'
import { until } from './fixtures/until.ts'

const INTERVAL = 500

/** What every policy makes of four firing times while the first firing runs and is not let go. */
const expected = {
  ALLOW_ALL: { began: 4, unfinished: ['leased', 'leased', 'leased', 'leased'], skipped: [] },
  SKIP: { began: 1, unfinished: ['leased'], skipped: ['overlap', 'overlap', 'overlap'] },
  BUFFER_ONE: { began: 1, unfinished: ['leased', 'held'], skipped: ['overlap', 'overlap'] },
  BUFFER_ALL: {
    began: 1,
    unfinished: ['leased', 'held', 'held'],
    skipped: ['buffer-full'],
  },
  REPLACE: { began: 4, unfinished: ['leased'], skipped: [] },
} as const

type Policy = keyof typeof expected

/** How the firings of each end once they are let go, by firing time. */
const ends: Readonly<Record<Policy, readonly string[]>> = {
  ALLOW_ALL: ['completed', 'completed', 'completed', 'completed'],
  SKIP: ['completed'],
  BUFFER_ONE: ['completed', 'completed'],
  BUFFER_ALL: ['completed', 'completed', 'completed'],
  REPLACE: ['cancelled', 'cancelled', 'cancelled', 'completed'],
}

describe.each(storeKinds)('firings that overlap on %s', (kind) => {
  it.each(Object.keys(expected) as Policy[])('go on as %s says', async (overlapPolicy) => {
    const { client, diary, node, store } = await startSystem(kind)
    const runner = await node({ scheduler: true })
    const startsAt = (await store.schedules.due(0)).now + 2 * INTERVAL
    const endsAt = startsAt + 3 * INTERVAL
    const schedule = {
      type: 'DURATION',
      interval: INTERVAL,
      startsAt,
      endsAt,
      overlapPolicy,
      bufferLimit: 2,
      catchupWindow: '1h',
    } as const
    const { id } = await client.enqueue('hold', null, { schedule })
    const entry = async (): Promise<StoredSchedule | undefined> => await client.getSchedule(id)

    const { began, unfinished, skipped } = expected[overlapPolicy]
    for (let i = 0; i < began; i++) await runner.began()
    await until(async () => (await entry())?.lastFiredAt === endsAt)
    // One record each, or one for those of one round.
    const skips = (await entry())?.skips ?? []
    expect(skips.flatMap(({ reason, count }) => Array(count).fill(reason))).toEqual(skipped)
    await until(async () => (await entry())?.unfinished.length === unfinished.length)
    expect((await entry())?.unfinished.map(({ state }) => state)).toEqual(unfinished)

    // One after the other: what is held begins when what runs has ended.
    runner.release(id)
    const held = unfinished.filter((state) => state === 'held').length
    for (let i = 0; i < held; i++) {
      await runner.began()
      runner.release(id)
    }
    await until(async () => (await client.getJob(id))?.status === 'completed')
    const firings = await firingsOf(client, id)
    expect(firings.map(({ status }) => status)).toEqual(ends[overlapPolicy])
    expect(diary.executions().map(({ runId }) => runId)).toEqual(firings.map((firing) => `${firing.id}-1`))
    if (overlapPolicy === 'REPLACE') {
      expect(firings.slice(0, 3).map((firing) => firing.result?.error)).toEqual(Array(3).fill('replaced'))
    }
  })
})
