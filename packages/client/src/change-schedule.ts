import {
  type FiringOutcome,
  InvalidJobStatusError,
  type ScheduleChange,
  ScheduleNotFoundError,
  type ScheduleOutcome,
} from '@dureq/types'
import type { ClientCore } from './core.ts'

/** What became of a change that was neither refused nor of something unknown. */
export type Changed = Exclude<ScheduleOutcome, { readonly kind: 'unknown' | 'refused' }>

/**
 * Has the store carry out one order to a schedule.
 *
 * @throws ScheduleNotFoundError, InvalidJobStatusError for the outcomes that say so.
 */
export async function changeSchedule(
  { store, caller }: ClientCore,
  change: ScheduleChange,
): Promise<Changed> {
  const { outcomes } = await caller.call((key) => store.schedules.change(key, [change]))
  const outcome = outcomes[0] as ScheduleOutcome
  if (outcome.kind === 'refused') throw new InvalidJobStatusError(change.jobId, outcome.status, change.verb)
  if (outcome.kind === 'unknown') throw new ScheduleNotFoundError(change.jobId)
  return outcome as Changed
}

/** The firings of a change that is always carried out when it is not refused. */
export function firingsOf(changed: Changed): readonly FiringOutcome[] {
  return changed.kind === 'done' ? changed.firings : []
}
