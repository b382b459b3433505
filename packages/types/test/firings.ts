import { cancelFiring } from '../src/firing/cancel.ts'
import { type Claim, claimFiring } from '../src/firing/claim.ts'
import { defineJob, enqueueFiring } from '../src/firing/enqueue.ts'
import type { Firing } from '../src/firing/firing.ts'
import { pauseFiring } from '../src/firing/pause.ts'
import { settleFiring } from '../src/firing/settle.ts'
import type { NewJob } from '../src/store/jobs.ts'
import type { RunOutcome } from '../src/store/runs.ts'

/** When the firings of these tests were enqueued. Each later move is a second after the one before. */
export const T0 = 1_893_456_000_000

/** The id of their job. */
export const ID = '1n3dcbd0000000000001'

/** Everything a firing can be in, by name. */
export const situations = [
  'pending',
  'scheduled',
  'claimed',
  'running',
  'running, cancel asked',
  'claimed, cancel asked',
  'retrying, due later',
  'retrying, in line',
  'paused',
  'completed',
  'dead',
  'cancelled',
] as const

export type Situation = (typeof situations)[number]

/** A draft with nothing stated but what it must. */
export function draft(overrides: Partial<NewJob> = {}): NewJob {
  return { id: ID, taskType: 'mail', payload: '{}', priority: 5, ...overrides }
}

/** A claim by node n1 under the token `t`. */
export function claim(overrides: Partial<Claim> = {}): Claim {
  return { nodeId: 'n1', token: 't', leaseMs: 30_000, maxAttempts: 3, start: true, ...overrides }
}

type Failed = Extract<RunOutcome, { readonly kind: 'failed' }>

/** A failed attempt of the lease `t`. */
export function failed(then: Failed['then'], error: string = 'boom'): RunOutcome {
  return { firingId: ID, token: 't', kind: 'failed', status: 'failed', error, then }
}

/** A firing in a situation; it came there a second after it was claimed, and was claimed a second after T0. */
export function bring(situation: Situation, overrides: Partial<NewJob> = {}): Firing {
  const delayMs = situation === 'scheduled' ? { delayMs: 60_000 } : {}
  const { firing } = enqueueFiring(defineJob(draft({ ...delayMs, ...overrides }), ID, T0), T0)
  const leased = (start: boolean): Firing => claimFiring(firing, claim({ start }), T0 + 1_000).firing
  const at = T0 + 2_000
  const settled = (outcome: RunOutcome): Firing => moved(settleFiring(leased(true), outcome, at))
  switch (situation) {
    case 'pending':
    case 'scheduled':
      return firing
    case 'claimed':
      return leased(false)
    case 'running':
      return leased(true)
    case 'running, cancel asked':
      return moved(cancelFiring(leased(true), 'enough', at))
    case 'claimed, cancel asked':
      return moved(cancelFiring(leased(false), 'enough', at))
    case 'retrying, due later':
      return settled(failed({ do: 'retry', delayMs: 5_000 }))
    case 'retrying, in line':
      return settled(failed({ do: 'retry', delayMs: 0 }))
    case 'paused':
      return moved(pauseFiring(firing, at))
    case 'completed':
      return settled({ firingId: ID, token: 't', kind: 'succeeded', output: '1' })
    case 'dead':
      return settled(failed({ do: 'die' }))
    case 'cancelled':
      return moved(cancelFiring(firing, undefined, at))
  }
}

/** The firing after a move that must have been made. */
export function moved(move: { readonly kind: string; readonly firing?: Firing }): Firing {
  if (move.firing === undefined) throw new Error(`it was ${move.kind}`)
  return move.firing
}
