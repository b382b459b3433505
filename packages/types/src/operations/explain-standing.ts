import { isTerminalJobStatus } from '../job-status.ts'
import { present } from '../present.ts'
import type { Explanation, Standing, WaitReason } from './explanation.ts'
import { sentenceOf } from './reason-sentence.ts'
import { type ExplainContext, reasonsOf } from './wait-reasons.ts'

/** What an explanation is made of, besides the standing of the job itself. */
export interface ExplainFacts extends ExplainContext {
  /** Of a recurring job: how its unfinished firings stand, as far as they were asked for. */
  readonly firings?: readonly Standing[]
}

/**
 * Why a job is not running, or what it does. Of a recurring job: whether its schedule is paused, what keeps each of its
 * unfinished firings, and when it fires next.
 */
export function explainStanding(standing: Standing, facts: ExplainFacts): Explanation {
  const { id: jobId, status } = standing.record
  // A held firing may come with the unfinished ones of its job.
  const isJob = standing.unfinished !== undefined && standing.held !== true
  const reasons = isJob ? jobReasons(standing, facts) : reasonsOf(standing, facts)
  return { jobId, status, text: reasons.map(sentenceOf).join(' '), reasons }
}

function jobReasons(standing: Standing, facts: ExplainFacts): readonly WaitReason[] {
  const { record } = standing
  // A recurring job that has not ended is `paused` when its schedule is; all else is said of its firings.
  if (isTerminalJobStatus(record.status)) return reasonsOf(standing, facts)
  const paused: readonly WaitReason[] = record.status === 'paused' ? [{ kind: 'schedulePaused' }] : []
  const next = present({ kind: 'betweenFirings' as const, nextRunAt: record.nextRunAt })
  const firings = firingReasons(standing, facts)
  return [...paused, ...firings, ...(paused.length > 0 ? [] : [next])]
}

function firingReasons({ unfinished = [] }: Standing, facts: ExplainFacts): readonly WaitReason[] {
  return (facts.firings ?? []).map((firing) => ({
    kind: 'firing',
    firingId: firing.record.id,
    reasons: reasonsOf({ ...firing, unfinished: firing.unfinished ?? unfinished }, facts),
  }))
}
