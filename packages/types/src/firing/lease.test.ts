import { expect, test } from 'vitest'
import { bring, ID, moved, T0 } from '../../test/firings.ts'
import type { Firing, Lease } from './firing.ts'
import { beatFiring, beatOutcome, isHeld } from './lease.ts'

const now = T0 + 5_000

const lease = { firingId: ID, token: 't', leaseMs: 7_000 }

test('a beat prolongs the lease and keeps the progress, and is no move', () => {
  const firing = moved(beatFiring(bring('running'), { ...lease, progress: '50' }, now))
  expect(leaseOf(firing)).toMatchObject({
    until: now + 7_000,
    run: { status: 'running', startedAt: T0 + 1_000, lastHeartbeatAt: now, progress: '50' },
  })
  expect(firing.updatedAt).toBe(T0 + 1_000)
  const again = moved(beatFiring(firing, lease, now + 1))
  expect(leaseOf(again)).toMatchObject({
    until: now + 7_001,
    run: { lastHeartbeatAt: now + 1, progress: '50' },
  })
})

test('a run that was claimed ahead starts once', () => {
  const firing = moved(beatFiring(bring('claimed'), { ...lease, started: true }, now))
  expect(leaseOf(firing).run).toMatchObject({ status: 'running', startedAt: now })
  expect(firing.updatedAt).toBe(now)
  expect(beatFiring(firing, { ...lease, started: true }, now + 1)).toMatchObject({ events: [] })
})

test('an old token is lost', () => {
  expect(beatFiring(bring('running'), { ...lease, token: 'old' }, now)).toStrictEqual({ kind: 'lost' })
  expect(isHeld(bring('running'), 'old')).toBe(false)
  expect(isHeld(bring('running'), 't')).toBe(true)
})

test('the holder is told of a cancel', () => {
  expect(beatOutcome(leaseOf(bring('running')))).toBe('live')
  expect(beatOutcome(leaseOf(bring('running, cancel asked')))).toBe('cancelRequested')
})

function leaseOf({ place }: Firing): Lease {
  if (place.kind !== 'leased') throw new Error('it is not leased')
  return place.lease
}
