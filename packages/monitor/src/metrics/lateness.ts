import type { LeasedRun } from '@dureq/types'

/** How late, in ms, the first run of a firing was claimed after the time its schedule gave; undefined for all other runs. */
export function latenessOf({
  headers,
  attempt,
  claimedAt,
}: Pick<LeasedRun, 'headers' | 'attempt' | 'claimedAt'>): number | undefined {
  const scheduledAt = headers['x-dureq-scheduled-at']
  if (scheduledAt === undefined || attempt > 1 || headers['x-dureq-backfill'] !== undefined) return undefined
  const at = Date.parse(scheduledAt)
  return Number.isNaN(at) ? undefined : claimedAt - at
}
