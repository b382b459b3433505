import { expect, test } from 'vitest'
import { bring, ID, T0 } from '../../test/firings.ts'
import { releaseFiring } from './release.ts'

const now = T0 + 4_000

test('a started run ends, and no attempt is used', () => {
  const move = releaseFiring(bring('running'), 't', now)
  expect(move).toMatchObject({
    firing: {
      status: 'pending',
      place: { kind: 'line', end: 'front', claimableAt: now },
      attempt: 0,
      executions: 1,
    },
    events: [],
    finishedRun: { id: `${ID}-1`, status: 'cancelled', error: 'handed back', finishedAt: now },
  })
})

test('a run still claimed leaves no record', () => {
  expect(releaseFiring(bring('claimed'), 't', now)).not.toHaveProperty('finishedRun')
})

test('one that was asked to be cancelled ends; not started, its attempt does not count and it leaves no record', () => {
  const error = 'enough'
  expect(releaseFiring(bring('running, cancel asked'), 't', now)).toMatchObject({
    firing: { status: 'cancelled', attempt: 1, lastRunAt: now },
    finishedRun: { status: 'cancelled', error },
    ended: { status: 'cancelled', attempt: 1, error },
  })
  const claimed = releaseFiring(bring('claimed, cancel asked'), 't', now)
  expect(claimed).toMatchObject({
    firing: { status: 'cancelled', attempt: 0, lastRunAt: undefined },
    ended: { status: 'cancelled', attempt: 0, error },
  })
  expect(claimed).not.toHaveProperty('finishedRun')
})
