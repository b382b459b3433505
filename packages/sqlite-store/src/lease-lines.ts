import { type ClaimRequest, claimFiring, type HandlerSpec, missStart, startDeadline } from '@dureq/types'
import type { FiringWithJob } from './firing-row.ts'
import { tokenSuffix } from './firing-state.ts'
import type { Matcher } from './handler-sets.ts'
import type { Line } from './lines.ts'
import { applyMove } from './moves.ts'
import { type LinePick, planClaim } from './plan-claim.ts'
import type { Step } from './step.ts'

/** What is to be leased, to whom, and how the leases are named. */
export interface Taking extends Pick<ClaimRequest, 'nodeId' | 'start' | 'limit'> {
  /** The tokens begin with it, which no other step says of its own; then comes the number of the firing. */
  readonly tokenPrefix: string
  readonly matcher: Matcher
  /** Free slots of the handlers that have fewer than `limit`. */
  readonly free: Readonly<Record<string, number>>
}

/** A firing that was leased, with the handler it is for. */
interface Leased extends FiringWithJob {
  readonly handler: HandlerSpec
}

/** What was leased, in order, and the free slots left. */
export interface Taken {
  readonly leased: readonly Leased[]
  readonly free: Readonly<Record<string, number>>
}

/**
 * Leases from the fronts of the lines whose turn it is, up to the limit. What has waited too long for its start dies
 * instead, and makes room for others.
 */
export function leaseFromLines(step: Step, taking: Taking): Taken {
  const leased: Leased[] = []
  const free = { ...taking.free }
  for (;;) {
    const picks = plan(step, taking, taking.limit - leased.length, free)
    if (picks.length === 0) return { leased, free }
    const before = leased.length
    const fronts = frontsOf(step, picks)
    for (const each of fronts) {
      if (!leaseOne(step, taking, each)) continue
      leased.push(each)
      const slots = free[each.handler.name]
      if (slots !== undefined) free[each.handler.name] = slots - 1
    }
    // All that was picked was there and could be leased, so there is nothing to pick again.
    if (leased.length === before + picks.length || fronts.length === 0) return { leased, free }
    step.firings.flush()
  }
}

function plan(
  step: Step,
  { matcher }: Taking,
  limit: number,
  free: Readonly<Record<string, number>>,
): readonly LinePick[] {
  if (limit === 0) return []
  const { credits } = step.numbers
  const planned = planClaim({ lines: step.lines.inTurn(), handlerFor: matcher, free, limit, credits })
  step.numbers.credits = planned.credits
  return planned.picks
}

/** The firings at the fronts of the lines picked, in the order of the picks; the turns of these lines are over. */
function frontsOf(step: Step, picks: readonly LinePick[]): readonly Leased[] {
  const counts = new Map<Line, number>()
  for (const { line } of picks) {
    // Deleting first keeps the lines in the order in which they were served last.
    const count = counts.get(line) ?? 0
    counts.delete(line)
    counts.set(line, count + 1)
  }
  const fronts = new Map<Line, Iterator<FiringWithJob>>()
  for (const [line, count] of counts) {
    fronts.set(line, step.firings.inLine(line, count)[Symbol.iterator]())
    step.lines.served(line)
  }
  return picks.flatMap(({ line, handler }) => {
    const next = fronts.get(line)?.next()
    return next === undefined || next.done ? [] : [{ ...next.value, handler }]
  })
}

function leaseOne(step: Step, taking: Taking, { stored, handler }: Leased): boolean {
  const { firing } = stored
  const deadline = startDeadline(firing)
  if (deadline !== undefined && deadline <= step.now) {
    applyMove(step, stored, missStart(firing, step.now))
    return false
  }
  const { nodeId, start, tokenPrefix } = taking
  const token = `${tokenPrefix}${tokenSuffix(stored.seq)}`
  const { leaseMs, maxAttempts } = handler
  applyMove(step, stored, claimFiring(firing, { nodeId, token, leaseMs, maxAttempts, start }, step.now))
  return true
}
