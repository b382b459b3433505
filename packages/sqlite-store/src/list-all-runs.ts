import type { Page, PageRequest, RunFilter, RunRecord, RunStatus } from '@dureq/types'
import { type BoundedListing, readBounded } from './bounded-page.ts'
import { dueClass, recurringStatusCode, statusCode } from './codes.ts'
import type { Connection } from './connection.ts'
import { hidesMembers } from './hidden-members.ts'
import { type FoundRun, fittingRuns, type RunRow, runsOfFiring } from './run-rows.ts'
import { readTallyOf, tallyKind } from './tallies.ts'
import { walkRuns } from './walk-runs.ts'

/** One page of the runs of all jobs: `InspectorRole.listAllRuns`. */
export function listAllRuns(db: Connection, filter: RunFilter, page: PageRequest): Page<RunRecord> {
  const { rows, found, ...more } = readBounded(listingOf(db, filter, page), page)
  const total = exactTotal(db, filter)
  return {
    rows: rows.map(({ run }) => run),
    total: total ?? found,
    totalExact: total !== undefined,
    ...more,
  }
}

function listingOf(db: Connection, filter: RunFilter, page: PageRequest): BoundedListing<RunRow, FoundRun> {
  const { status, jobId, nodeId, taskType, from, to } = filter
  const isDescending = page.sort !== 'oldest'
  return {
    name: ['runs', status, jobId, nodeId, taskType, from, to],
    isKey: (key): key is readonly number[] =>
      key.length === 4 && key.every((part) => typeof part === 'number'),
    walk: (after) => {
      const walker = { db, isDescending, after }
      const own = jobId === undefined ? undefined : runsOfFiring(walker, jobId)
      return own ?? walkRuns(walker, { ...partsOf(status), taskType })
    },
    fitting: (rows) => fittingRuns(db, filter, rows),
  }
}

/** Where runs of a status are: among those that are leased, and by the ends of firings they can have brought about. */
function partsOf(status: RunStatus | undefined): {
  readonly isOpen?: boolean
  readonly codes: readonly number[]
} {
  switch (status) {
    case 'claimed':
    case 'running':
      return { isOpen: true, codes: [] }
    case 'succeeded':
      return { isOpen: false, codes: endsOf(['completed']) }
    case 'failed':
    case 'timed_out':
    case 'cancelled':
      return { isOpen: false, codes: endsOf(['dead', 'cancelled']) }
    case undefined:
      return { codes: endsOf(['completed', 'dead', 'cancelled']) }
  }
}

function endsOf(statuses: readonly ('completed' | 'dead' | 'cancelled')[]): readonly number[] {
  return statuses.flatMap((status) => [statusCode(status), recurringStatusCode(status)])
}

/** How many runs fit, where that is counted: not while members of removed instances are among them. */
function exactTotal(db: Connection, filter: RunFilter): number | undefined {
  const { status, ...others } = filter
  if (Object.values(others).some((value) => value !== undefined) || hidesMembers(db)) return undefined
  if (status === 'running' || status === 'claimed') return countLeases(db)
  return status === undefined ? countLeases(db) + countFinished(db) : undefined
}

function countLeases(db: Connection): number {
  const sql = 'SELECT count(*) FROM firings WHERE due_class = ? AND due_at IS NOT NULL'
  return db.get(sql, [dueClass.lease])?.[0] as number
}

function countFinished(db: Connection): number {
  const codes = endsOf(['completed', 'dead', 'cancelled']).join(', ')
  const ended = db.get(`SELECT coalesce(sum(count), 0) FROM counts WHERE status IN (${codes})`)?.[0] as number
  return ended - readTallyOf(db, tallyKind.quietEnds) + readTallyOf(db, tallyKind.finishedRuns)
}
