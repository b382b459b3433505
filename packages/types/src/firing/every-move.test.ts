import { describe, expect, test } from 'vitest'
import { bring, claim, failed, ID, type Situation, situations, T0 } from '../../test/firings.ts'
import { IllegalMoveError } from '../errors/refused-errors.ts'
import { cancelFiring } from './cancel.ts'
import { claimFiring } from './claim.ts'
import { dispatchFiring } from './dispatch.ts'
import { expireLease } from './expire-lease.ts'
import type { Firing } from './firing.ts'
import { beatFiring } from './lease.ts'
import type { Lost, Move, Refused } from './move.ts'
import { autoResumeFiring, pauseFiring, resumeFiring } from './pause.ts'
import { releaseFiring } from './release.ts'
import { removeFiring } from './remove.ts'
import { retryFiring } from './retry.ts'
import { missStart } from './schedule-to-start.ts'
import { settleFiring } from './settle.ts'
import { updateFiringPayload } from './update-payload.ts'

const now = T0 + 3_000

const lease = { firingId: ID, token: 't' } as const

type Answers = Partial<Record<Situation, string>>

/**
 * What every message does in every situation: `status place: events`, or the refusal. Where nothing is written the answer
 * is the one under `else`.
 */
const table: Readonly<
  Record<
    string,
    { readonly send: (firing: Firing) => Move | Lost | Refused; readonly else: string } & Answers
  >
> = {
  claim: {
    send: (firing) => claimFiring(firing, claim(), now),
    pending: 'running leased: job.started',
    'retrying, in line': 'running leased: job.started',
    else: 'illegal',
  },
  'claim ahead': {
    send: (firing) => claimFiring(firing, claim({ start: false }), now),
    pending: 'running leased',
    'retrying, in line': 'running leased',
    else: 'illegal',
  },
  due: {
    send: (firing) => dispatchFiring(firing, now),
    scheduled: 'pending back: job.dispatched',
    'retrying, due later': 'retrying front: job.dispatched',
    else: 'illegal',
  },
  beat: {
    send: (firing) => beatFiring(firing, { ...lease, leaseMs: 5_000 }, now),
    claimed: 'running leased',
    running: 'running leased',
    'running, cancel asked': 'running leased',
    'claimed, cancel asked': 'running leased',
    else: 'lost',
  },
  'beat started': {
    send: (firing) => beatFiring(firing, { ...lease, leaseMs: 5_000, started: true }, now),
    claimed: 'running leased: job.started',
    running: 'running leased',
    'running, cancel asked': 'running leased',
    'claimed, cancel asked': 'running leased: job.started',
    else: 'lost',
  },
  'settle succeeded': {
    send: (firing) => settleFiring(firing, { ...lease, kind: 'succeeded' }, now),
    claimed: 'completed ended: job.started job.completed',
    running: 'completed ended: job.completed',
    'running, cancel asked': 'cancelled ended: job.cancelled',
    'claimed, cancel asked': 'cancelled ended: job.started job.cancelled',
    else: 'lost',
  },
  'settle failed, retry later': {
    send: (firing) => settleFiring(firing, failed({ do: 'retry', delayMs: 10 }), now),
    claimed: 'retrying due: job.started job.failed job.retrying',
    running: 'retrying due: job.failed job.retrying',
    'running, cancel asked': 'cancelled ended: job.cancelled',
    'claimed, cancel asked': 'cancelled ended: job.started job.cancelled',
    else: 'lost',
  },
  'settle failed, retry at once': {
    send: (firing) => settleFiring(firing, failed({ do: 'retry', delayMs: 0 }), now),
    claimed: 'retrying front: job.started job.failed job.retrying job.dispatched',
    running: 'retrying front: job.failed job.retrying job.dispatched',
    'running, cancel asked': 'cancelled ended: job.cancelled',
    'claimed, cancel asked': 'cancelled ended: job.started job.cancelled',
    else: 'lost',
  },
  'settle failed, die': {
    send: (firing) => settleFiring(firing, failed({ do: 'die' }), now),
    claimed: 'dead ended: job.started job.failed job.dead',
    running: 'dead ended: job.failed job.dead',
    'running, cancel asked': 'cancelled ended: job.cancelled',
    'claimed, cancel asked': 'cancelled ended: job.started job.cancelled',
    else: 'lost',
  },
  'settle failed, pause': {
    send: (firing) => settleFiring(firing, failed({ do: 'pause' }), now),
    claimed: 'paused paused: job.started job.failed job.paused',
    running: 'paused paused: job.failed job.paused',
    'running, cancel asked': 'cancelled ended: job.cancelled',
    'claimed, cancel asked': 'cancelled ended: job.started job.cancelled',
    else: 'lost',
  },
  'settle repeated at once': {
    send: (firing) => settleFiring(firing, { ...lease, kind: 'repeated', delayMs: 0 }, now),
    claimed: 'pending back: job.started job.dispatched',
    running: 'pending back: job.dispatched',
    'running, cancel asked': 'cancelled ended: job.cancelled',
    'claimed, cancel asked': 'cancelled ended: job.started job.cancelled',
    else: 'lost',
  },
  'settle repeated later': {
    send: (firing) => settleFiring(firing, { ...lease, kind: 'repeated', delayMs: 10 }, now),
    claimed: 'scheduled due: job.started job.scheduled',
    running: 'scheduled due: job.scheduled',
    'running, cancel asked': 'cancelled ended: job.cancelled',
    'claimed, cancel asked': 'cancelled ended: job.started job.cancelled',
    else: 'lost',
  },
  'settle paused': {
    send: (firing) => settleFiring(firing, { ...lease, kind: 'paused' }, now),
    claimed: 'paused paused: job.started job.paused',
    running: 'paused paused: job.paused',
    'running, cancel asked': 'cancelled ended: job.cancelled',
    'claimed, cancel asked': 'cancelled ended: job.started job.cancelled',
    else: 'lost',
  },
  'settle cancelled': {
    send: (firing) => settleFiring(firing, { ...lease, kind: 'cancelled' }, now),
    claimed: 'cancelled ended: job.started job.cancelled',
    running: 'cancelled ended: job.cancelled',
    'running, cancel asked': 'cancelled ended: job.cancelled',
    'claimed, cancel asked': 'cancelled ended: job.started job.cancelled',
    else: 'lost',
  },
  release: {
    send: (firing) => releaseFiring(firing, 't', now),
    claimed: 'pending front',
    running: 'pending front',
    'running, cancel asked': 'cancelled ended: job.cancelled',
    'claimed, cancel asked': 'cancelled ended: job.cancelled',
    else: 'lost',
  },
  'lease expired': {
    send: (firing) => expireLease(firing, now),
    claimed: 'pending front: job.auto_recovered',
    running: 'retrying front: job.failed job.auto_recovered',
    'running, cancel asked': 'cancelled ended: job.cancelled',
    'claimed, cancel asked': 'cancelled ended: job.cancelled',
    else: 'illegal',
  },
  'schedule-to-start exceeded': {
    send: (firing) => missStart(firing, now),
    pending: 'dead ended: job.schedule_to_start_timeout job.dead',
    'retrying, in line': 'dead ended: job.schedule_to_start_timeout job.dead',
    else: 'illegal',
  },
  cancel: {
    send: (firing) => cancelFiring(firing, undefined, now),
    claimed: 'running leased',
    running: 'running leased',
    'running, cancel asked': 'running leased',
    'claimed, cancel asked': 'running leased',
    completed: 'refused completed',
    dead: 'refused dead',
    cancelled: 'refused cancelled',
    else: 'cancelled ended: job.cancelled',
  },
  retry: {
    send: (firing) => retryFiring(firing, now),
    dead: 'pending front: job.retrying job.dispatched',
    cancelled: 'pending front: job.retrying job.dispatched',
    else: 'refused',
  },
  pause: {
    send: (firing) => pauseFiring(firing, now),
    pending: 'paused paused: job.paused',
    scheduled: 'paused paused: job.paused',
    'retrying, due later': 'paused paused: job.paused',
    'retrying, in line': 'paused paused: job.paused',
    else: 'refused',
  },
  resume: {
    send: (firing) => resumeFiring(firing, now),
    paused: 'pending back: job.resumed job.dispatched',
    else: 'refused',
  },
  'auto-resume': {
    send: (firing) => autoResumeFiring(firing, now),
    paused: 'pending back: job.resumed job.dispatched',
    else: 'illegal',
  },
  delete: {
    send: (firing) => removeFiring(firing, now),
    completed: 'completed gone',
    dead: 'dead gone',
    cancelled: 'cancelled gone',
    else: 'refused',
  },
  'update payload': {
    send: (firing) => updateFiringPayload(firing, now),
    pending: 'pending back',
    scheduled: 'scheduled due',
    'retrying, due later': 'retrying due',
    'retrying, in line': 'retrying front',
    paused: 'paused paused',
    else: 'refused',
  },
}

for (const [message, { send, else: otherwise, ...answers }] of Object.entries(table)) {
  describe(message, () => {
    test.each(situations)('%s', (situation) => {
      const firing = bring(situation)
      const expected = (answers as Answers)[situation] ?? otherwise
      expect(answerOf(send, firing)).toBe(expected === 'refused' ? `refused ${firing.status}` : expected)
    })
  })
}

test('no rule changes the firing it is given', () => {
  for (const situation of situations) {
    const firing = bring(situation)
    const before = structuredClone(firing)
    for (const { send } of Object.values(table)) answerOf(send, firing)
    expect(firing).toStrictEqual(before)
  }
})

function answerOf(send: (firing: Firing) => Move | Lost | Refused, firing: Firing): string {
  try {
    const answer = send(firing)
    if (answer.kind === 'lost') return 'lost'
    if (answer.kind === 'refused') return `refused ${answer.status}`
    const { status, place } = answer.firing
    const events = answer.events.map((event) => ` ${event.type}`).join('')
    return `${status} ${place.kind === 'line' ? place.end : place.kind}${events === '' ? '' : `:${events}`}`
  } catch (error) {
    if (IllegalMoveError.is(error)) return 'illegal'
    throw error
  }
}
