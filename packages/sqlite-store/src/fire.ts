import type { CallKey, EndedFiring, FireOutcome, FireRequest } from '@dureq/types'
import type { Core } from './core.ts'
import { type EndedNote, endedOf, noteEnded } from './ended-note.ts'
import { callInPieces } from './piecewise-call.ts'
import type { RecurringJob } from './recurring-book.ts'
import { moveOnTo } from './schedule-plan.ts'
import { endWithoutNext, firePlanned, replan } from './schedule-steps.ts'
import type { Step } from './step.ts'

/** One piece takes at most this many plans, ... */
const PIECE_PLANS = 200
/** ... and times of this many firings together. */
const PIECE_TIMES = 500

/** What became of orders to schedules, and the firings they ended. */
export interface ScheduleReply<Outcome> {
  readonly outcomes: readonly Outcome[]
  readonly ended: readonly EndedFiring[]
}

/** What became of one order, or firings that ended. */
type ScheduleNote<Outcome> = { readonly outcome: Outcome } | { readonly ended: EndedNote }

/** A call of orders to schedules, each of which is carried out by itself. */
export interface ScheduleCall<Order, Outcome> {
  readonly call: CallKey
  readonly orders: readonly Order[]
  /** How many firings an order makes. */
  readonly size: (order: Order) => number
  readonly obey: (step: Step, order: Order) => Outcome
}

/** Carries out orders to schedules. */
export async function callSchedules<Order, Outcome>(
  core: Core,
  { call, orders, size, obey }: ScheduleCall<Order, Outcome>,
): Promise<ScheduleReply<Outcome>> {
  const notes = await callInPieces<Order, ScheduleNote<Outcome>>(core, {
    call,
    items: orders,
    patience: 'ordinary',
    weigh: (order) => 1 / PIECE_PLANS + size(order) / PIECE_TIMES,
    work: (step, piece) => [
      ...piece.map((order) => ({ outcome: obey(step, order) })),
      ...noteEnded(step.ended).map((ended) => ({ ended })),
    ],
  })
  return {
    outcomes: notes.flatMap((note) => ('outcome' in note ? [note.outcome] : [])),
    ended: notes.flatMap((note) => ('ended' in note ? endedOf(note.ended) : [])),
  }
}

/** Carries out plans: `SchedulesRole.fire`. */
export function fireSchedules(
  core: Core,
  call: CallKey,
  plans: readonly FireRequest[],
): Promise<ScheduleReply<FireOutcome>> {
  return callSchedules(core, { call, orders: plans, size: ({ times }) => times.length, obey: fire })
}

function fire(step: Step, { jobId, version, times, skips, lastFiredAt, next }: FireRequest): FireOutcome {
  const job = step.recurring.get(step, jobId)
  if (job === undefined) return { kind: 'unknown' }
  const isStale = job.version !== version || job.plan.over !== undefined || reachesBack(job, times)
  if (isStale) return { kind: 'stale' }
  const drafts = times.map(({ at, late = false }) => ({ at, late, triggered: false }))
  const firings = firePlanned(step, job, { drafts, skips })
  replan(job, moveOnTo(job.plan, lastFiredAt, next))
  endWithoutNext(step, job)
  return { kind: 'fired', firings }
}

/** Whether a plan has times that were fired or skipped before: their records may be gone, so nothing else would tell. */
function reachesBack({ plan: { lastFiredAt } }: RecurringJob, times: FireRequest['times']): boolean {
  return lastFiredAt !== undefined && times.some(({ at }) => at <= lastFiredAt)
}
