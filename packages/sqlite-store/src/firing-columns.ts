import { type Firing, type JobStatus, type Recurring, type RunRecord, startDeadline } from '@dureq/types'
import { dueClass, RECURRING_TIER, recurringStatusCode, statusCode } from './codes.ts'
import { writeState } from './firing-state.ts'
import { isOfRecurring, type StoredFiring } from './stored-firing.ts'

/** Where a paused firing that nothing resumes stands in the listing by time: behind all others. */
const NEVER = 8_640_000_000_000_000

/** The columns a firing is searched by. */
export type SearchColumns = readonly [
  status: number,
  tier: number | null,
  dueClass: number | null,
  dueAt: number | null,
  listedAt: number | null,
  cancelNode: string | null,
]

/** The columns that say where a firing is found. Firings that moved together mostly share them. */
export function searchColumns(stored: StoredFiring): SearchColumns {
  const { firing, listedAt } = stored
  const { place, status } = firing
  const due = dueOf(firing)
  const code = isOfRecurring(stored) ? recurringStatusCode(status) : statusCode(status)
  const cancelNode = place.kind === 'leased' && place.lease.cancel !== undefined ? place.lease.nodeId : null
  return [code, tierOf(stored), due?.class ?? null, due?.at ?? null, listedAt, cancelNode]
}

function tierOf({ tier, firing: { place, status } }: StoredFiring): number | null {
  if (place.kind === 'line' || place.kind === 'leased') return tier
  return place.kind === 'recurring' && status === 'pending' ? RECURRING_TIER : null
}

/** The state of a firing as it is stored. */
export function stateColumn(stored: StoredFiring): string {
  return writeState({ seq: stored.seq, firing: stored.firing, run: newestRun(stored), marks: stored.marks })
}

/** What the handler returned. */
export function outputColumn({ firing: { place } }: StoredFiring): string | null {
  return place.kind === 'ended' ? (place.result.output ?? null) : null
}

/** The run of a firing that its own row tells of: the one under way, else the one that ended last. */
export function newestRun({ firing: { place }, lastRun }: StoredFiring): RunRecord | undefined {
  return place.kind === 'leased' ? place.lease.run : lastRun
}

/** An instant at which time alone moves a firing. */
export interface DueTime {
  readonly class: number
  readonly at: number
}

/** When time alone will move a firing; undefined when it will not. */
export function dueOf(firing: Firing): DueTime | undefined {
  const { place, job } = firing
  switch (place.kind) {
    case 'line':
      return exactly(startDeadline(firing))
    case 'due':
      return exactly(place.dueAt)
    case 'leased':
      return { class: dueClass.lease, at: place.lease.until }
    case 'paused':
      return exactly(place.resumeAt)
    case 'recurring':
      return firing.status === 'running' ? { class: dueClass.recurring, at: place.since } : undefined
    case 'ended':
      // How long a firing of a recurring job is kept, those that end after it decide.
      if (firing.id !== job.id) return undefined
      // A member is kept for as long as its instance.
      if (job.workflowId !== undefined || job.batchId !== undefined) return undefined
      if (job.retainMs !== undefined) return exactly(place.endedAt + job.retainMs)
      return { class: dueClass[place.result.status], at: place.endedAt }
    case 'held':
    case 'gone':
      return undefined
  }
}

function exactly(at: number | undefined): DueTime | undefined {
  return at === undefined ? undefined : { class: dueClass.exact, at }
}

/**
 * Where a firing stands in the listing of its status. A retry keeps the place it had while it waited, so that it does
 * not jump when it becomes claimable.
 */
export function listedAtOf(firing: Firing, before: StoredFiring | undefined): number | null {
  const { place, status } = firing
  switch (place.kind) {
    case 'line':
      if (status === 'pending') return null
      return before?.firing.status === status ? before.listedAt : place.claimableAt
    case 'due':
      return place.dueAt
    case 'leased':
      return place.lease.claimedAt
    case 'paused':
      return place.resumeAt ?? NEVER
    case 'ended':
      return place.endedAt
    case 'recurring':
      return recurringListedAt(status, place)
    case 'held':
    case 'gone':
      return null
  }
}

function recurringListedAt(status: JobStatus, { since, nextRunAt }: Recurring): number | null {
  if (status === 'pending') return null
  if (status === 'paused') return NEVER
  return status === 'scheduled' ? (nextRunAt ?? since) : since
}

/** The first concurrency key of what can stand in a line: a part of the name of that. Recurring jobs stand in none. */
export function firstKeyOf({ job, place }: Firing): string {
  if (job.concurrencyKeys === undefined || place.kind === 'recurring') return ''
  return job.concurrencyKeys[0]?.key ?? ''
}
