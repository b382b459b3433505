import type { Firing, RunRecord } from '@dureq/types'
import { startDeadline, tierForPriority } from '@dureq/types'
import { dueClass, statusCode, tierCode } from './codes.ts'
import type { SqlValue } from './connection.ts'
import type { FiringState, StoredFiring, StoredPlace, StoredRun } from './stored-firing.ts'

/** Where a paused firing that nothing resumes stands in the listing by time: behind all others. */
const NEVER = 8_640_000_000_000_000

/** The columns that say where a firing is found. Firings that moved together mostly share them. */
export function searchColumns({ firing, listedAt }: StoredFiring): readonly SqlValue[] {
  const { place, status } = firing
  const due = dueOf(firing)
  const tier = place.kind === 'line' ? tierCode(tierForPriority(firing.job.priority)) : null
  const cancelNode = place.kind === 'leased' && place.lease.cancel !== undefined ? place.lease.nodeId : null
  return [statusCode(status), tier, due?.class ?? null, due?.at ?? null, listedAt, cancelNode]
}

/** The columns of a firing that are its own. */
export function ownColumns(stored: StoredFiring): readonly SqlValue[] {
  const { firing, lastRun, pos } = stored
  const { place } = firing
  const run = place.kind === 'leased' ? place.lease.run : lastRun
  const output = place.kind === 'ended' ? (place.result.output ?? null) : null
  return [stateText(firing, run), pos, run?.progress ?? null, output]
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
      return exactly(place.lease.until)
    case 'paused':
      return exactly(place.resumeAt)
    case 'ended':
      if (job.retainMs !== undefined) return exactly(place.endedAt + job.retainMs)
      return { class: dueClass[place.result.status], at: place.endedAt }
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
    case 'gone':
      return null
  }
}

function stateText(firing: Firing, run: RunRecord | undefined): string {
  const state: FiringState = {
    executions: firing.executions || undefined,
    attempt: firing.attempt || undefined,
    errors: firing.consecutiveErrors || undefined,
    lastError: firing.lastError,
    lastRunAt: firing.lastRunAt,
    completedAt: firing.completedAt,
    updatedAt: firing.updatedAt,
    place: storedPlace(firing),
    run: run && storedRun(run),
  }
  return JSON.stringify(state)
}

function storedPlace({ place }: Firing): StoredPlace {
  switch (place.kind) {
    case 'leased': {
      const { run: _, ...lease } = place.lease
      return { kind: 'leased', ...lease }
    }
    case 'ended':
      return { kind: 'ended', endedAt: place.endedAt, error: place.result.error }
    case 'line':
    case 'due':
    case 'paused':
      return place
    case 'gone':
      throw new TypeError('a firing that is gone is not stored')
  }
}

function storedRun({ id: _id, jobId: _jobId, progress: _progress, ...run }: RunRecord): StoredRun {
  return run
}
