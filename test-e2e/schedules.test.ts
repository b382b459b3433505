import type { JobEvent, StoredSchedule } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import type { ChildNode } from './fixtures/child-node.ts'
import { storeKinds } from './fixtures/place.ts'
import { dueTimes, firingsOf, passedTimes, timeOf } from './fixtures/schedules.ts'
import { startSystem } from './fixtures/system.ts'
import { until } from './fixtures/until.ts'

/** Schedules and seconds of the test that kills leaders; `DUREQ_E2E_LONG=1` makes it long. */
const [SCHEDULES, SECONDS] = process.env['DUREQ_E2E_LONG'] === '1' ? [1_000, 120] : [100, 15]

const SECOND = 1_000

describe.each(storeKinds)('schedules on %s', (kind) => {
  it('fire every time exactly once, however often their leader is killed', {
    timeout: (SECONDS + 90) * SECOND,
  }, async () => {
    const { client, diary, node, store } = await startSystem(kind)
    const nodes = new Map<string, ChildNode>()
    const startNode = async (): Promise<void> => {
      const started = await node({ scheduler: true, concurrency: 100 })
      nodes.set(started.nodeId, started)
    }
    await Promise.all([startNode(), startNode(), startNode()])
    const { now } = await store.schedules.due(0)
    const startsAt = now + 2 * SECOND
    const endsAt = startsAt + (SECONDS - 1) * SECOND
    const schedule = { type: 'DURATION', interval: '1s', startsAt, endsAt, catchupWindow: '1h' } as const
    const options = { schedule, retryPolicy: { maxAttempts: 20, initialDelay: 1 } } as const
    const results = await client.enqueueMany('work', Array(SCHEDULES).fill({}), options)
    const ids = results.map((result) => (result.kind === 'created' ? result.jobId : result.kind))

    const leader = async (): Promise<ChildNode | undefined> => {
      const lock = (await store.leases.inspect()).find(({ name }) => name === 'leader')
      return lock && nodes.get(lock.owner)
    }
    let kills = 0
    while ((await store.schedules.due(0)).now < endsAt) {
      await until(async () => (await leader()) !== undefined)
      const { now: ledAt } = await store.schedules.due(0)
      // Let it fire for a while, so that it is killed at work.
      await until(async () => (await store.schedules.due(0)).now > ledAt + 1_200 + 150 * kills)
      const victim = await leader()
      if (victim === undefined) continue
      await victim.kill()
      nodes.delete(victim.nodeId)
      kills++
      await startNode()
    }
    expect(kills).toBeGreaterThanOrEqual(3)
    await until(async () => (await client.stats()).jobCounts.completed === SCHEDULES)

    const times = Array.from({ length: SECONDS }, (_, i) => startsAt + i * SECOND)
    const expected = ids.flatMap((id) => times.map((at) => `${id}:${at}`)).toSorted()
    const firings = (await Promise.all(ids.map((id) => firingsOf(client, id)))).flat()
    expect(firings.map(({ id }) => id).toSorted()).toEqual(expected)
    expect(new Set(firings.map(({ status }) => status))).toEqual(new Set(['completed']))
    // A run that was lost with its node is run again as the next attempt; nothing else runs twice.
    const executions = diary.executions()
    expect(new Set(executions.map(({ runId }) => runId)).size).toBe(executions.length)
    const run = new Set(executions.map(({ runId }) => runId.slice(0, runId.lastIndexOf('-'))))
    expect([...run].toSorted()).toEqual(expected)
  })

  it('catch up after an outage exactly as their policy says', async () => {
    const { client, events, node, store } = await startSystem(kind)
    const first = await node({ scheduler: true })
    const every = { type: 'DURATION', interval: SECOND } as const
    const policies = {
      latest: every,
      all: { ...every, catchupWindow: '1h', maxBackfillPerTick: 3 },
      some: { ...every, catchupWindow: 3 * SECOND },
    } as const
    const ids: string[] = []
    for (const schedule of Object.values(policies))
      ids.push((await client.enqueue('work', {}, { schedule })).id)
    const now = async (): Promise<number> => (await store.schedules.due(0)).now
    const entries = async (): Promise<readonly StoredSchedule[]> =>
      (await store.schedules.get(ids)).filter((entry) => entry !== undefined)

    await until(async () =>
      (await entries()).every((entry) => (entry.lastFiredAt ?? 0) > entry.anchorAt + SECOND),
    )
    await first.kill()
    const before = await entries()
    const stoppedAt = await now()
    await until(async () => (await now()) > stoppedAt + 8 * SECOND)
    await node({ scheduler: true })
    await until(async () => {
      const readAt = await now()
      return (await entries()).every(({ next }) => (next?.nextRunAt ?? 0) > readAt)
    })
    for (const id of ids) await client.pauseSchedule(id)
    await until(async () => (await client.stats()).jobCounts.paused === ids.length)

    for (const [i, entry] of (await entries()).entries()) {
      const firings = await firingsOf(client, entry.jobId)
      await until(async () => createdOf(events.events, entry.jobId).length === firings.length)
      expect(passedTimes(entry, firings)).toEqual(dueTimes(entry))

      const missedFrom = before[i]?.next?.nextRunAt ?? 0
      const caughtUp = createdOf(events.events, entry.jobId).filter(({ at }) => at >= missedFrom)
      const begun = caughtUp[0]?.createdAt ?? 0
      const missed = caughtUp.filter(({ at }) => at < begun - SECOND - SLACK_MS)
      for (const { firingId } of missed)
        expect((await client.getJob(firingId))?.headers).toMatchObject({ 'x-dureq-backfill': 'true' })

      const policy = Object.keys(policies)[i]
      if (policy === 'all') {
        expect(entry.skips).toEqual([])
        expect(caughtUp[0]?.at).toBe(missedFrom)
        const rounds = [...new Set(missed.map(({ createdAt }) => createdAt))]
        const sizes = rounds.map((round) => caughtUp.filter(({ createdAt }) => createdAt === round).length)
        expect(Math.max(...sizes)).toBe(3)
        const apart = rounds.slice(1).map((round, n) => round - (rounds[n] ?? 0))
        expect(Math.min(...apart)).toBeGreaterThan(SECOND - SLACK_MS)
        continue
      }
      expect(entry.skips).toMatchObject([{ from: missedFrom, reason: 'missed' }])
      if (policy === 'latest') expect(missed).toEqual([])
      else {
        expect(missed.length).toBeGreaterThan(0)
        expect(missed.every(({ at, createdAt }) => at >= createdAt - 3 * SECOND - SLACK_MS)).toBe(true)
      }
    }
  })
})

/** Between the plan of a firing and its step in the store lies one call, which takes its time on a loaded machine. */
const SLACK_MS = 500

/** A firing as the event log tells of it. */
interface Created {
  readonly firingId: string
  readonly at: number
  readonly createdAt: number
}

/** The firings of a job that went to their line, in the order in which they did. */
function createdOf(events: readonly JobEvent[], jobId: string): readonly Created[] {
  return events
    .filter((event) => event.type === 'job.dispatched' && event.jobId === jobId)
    .map(({ firingId = '', timestamp }) => ({ firingId, at: timeOf({ id: firingId }), createdAt: timestamp }))
}
