import type { JobFilter, JobStatus } from '@dureq/types'
import { dueClass, RECURRING_TIER, statusCode } from './codes.ts'
import type { Connection, SqlValue } from './connection.ts'
import type { ListKey } from './cursor.ts'
import { createFlowRules } from './flow-rules.ts'
import { mergeSources, type Source } from './merge.ts'
import { readSettings } from './settings-table.ts'
import { readTiers } from './tiers.ts'

/** A row of a listing: the number of its job, and the values the listing is ordered by. */
export interface Listed {
  readonly seq: number
  readonly key: ListKey
}

/** How a listing is walked: in which direction, and after which row. */
export interface Walker {
  readonly db: Connection
  readonly isDescending: boolean
  readonly after: ListKey | undefined
}

/** How many rows are read at a time: few at first, since a page often needs few of each source. */
const FIRST_CHUNK = 16
const LARGEST_CHUNK = 512

/** Before and behind every number that is stored. */
const LOWEST = -Number.MAX_SAFE_INTEGER
const HIGHEST = Number.MAX_SAFE_INTEGER
/** Behind every key. */
const LAST_KEY = '\u{10ffff}'

/** The jobs that fit status and type, in the order of their listing. */
export function walkJobs(
  walker: Walker,
  { status, taskType }: Pick<JobFilter, 'status' | 'taskType'>,
): Iterable<Listed> {
  if (status === undefined) return walkCreated(walker, taskType)
  return status === 'pending' ? walkLines(walker, taskType) : walkStatus(walker, status, taskType)
}

/** All jobs, or those of a type, in the order of their creation. */
function walkCreated(walker: Walker, taskType: string | undefined): Iterable<Listed> {
  const { beyond, order, start } = directionOf(walker)
  const ofType = taskType === undefined ? '' : 'type = ? AND'
  // Below 0 are the firings of recurring jobs.
  const sql = `SELECT seq FROM jobs WHERE ${ofType} seq > 0 AND seq ${beyond} ? ORDER BY seq ${order} LIMIT ?`
  const named = taskType === undefined ? [] : [taskType]
  return rowsOf(
    createSource(walker.after ?? [start], (from, limit) =>
      walker.db
        .all(sql, [...named, ...from, limit])
        .map(([seq]) => ({ seq: seq as number, key: [seq as number] })),
    ),
  )
}

/** Which firings a listing by time walks over: each status has its part of an index, and leases are in another. */
function fromStatus(status: JobStatus): string {
  return status === 'running'
    ? `status = ? AND type = ? AND due_class IN (${dueClass.lease}, ${dueClass.recurring}) AND due_at IS NOT NULL`
    : `status = ? AND type = ? AND listed_at IS NOT NULL AND status <> ${statusCode('running')}`
}

/** The jobs in a status but `pending`, all or those of a type, in the order of what that status is listed by. */
function walkStatus(walker: Walker, status: JobStatus, taskType: string | undefined): Iterable<Listed> {
  const types = taskType === undefined ? typesIn(walker.db, status) : [taskType]
  const sources = types.map((type) => statusSource(walker, status, type))
  const sign = walker.isDescending ? -1 : 1
  return mergeSources(sources, (a, b) => sign * compare(a.key, b.key) < 0)
}

function typesIn(db: Connection, status: JobStatus): readonly string[] {
  return db
    .all('SELECT type FROM counts WHERE status = ?', [statusCode(status)])
    .map(([type]) => type as string)
}

function statusSource(walker: Walker, status: JobStatus, type: string): Source<Listed> {
  const { beyond, order, start } = directionOf(walker)
  const sql = `SELECT seq, listed_at FROM firings
    WHERE ${fromStatus(status)} AND (listed_at, seq) ${beyond} (?, ?)
    ORDER BY listed_at ${order}, seq ${order} LIMIT ?`
  return createSource(walker.after ?? [start, start], (from, limit) =>
    walker.db
      .all(sql, [statusCode(status), type, ...from, limit])
      .map(([seq, at]) => ({ seq: seq as number, key: [at as number, seq as number] })),
  )
}

function compare(a: ListKey, b: ListKey): number {
  return Number(a[0]) - Number(b[0]) || Number(a[1]) - Number(b[1])
}

/**
 * The pending jobs, all or those of a type, in the order of the lines: by tier, type and version. The recurring ones, whose
 * firings wait in their place, come behind all lines.
 */
function* walkLines(walker: Walker, taskType: string | undefined): Generator<Listed, void, undefined> {
  if (walker.isDescending) yield* walkPendingRecurring(walker, taskType)
  yield* walkWaiting(walker, taskType)
  if (!walker.isDescending) yield* walkPendingRecurring(walker, taskType)
}

function* walkPendingRecurring(
  walker: Walker,
  taskType: string | undefined,
): Generator<Listed, void, undefined> {
  const { beyond, order } = directionOf(walker)
  const { after, isDescending, db } = walker
  const isHere = after?.[0] === RECURRING_TIER
  // A walk that goes on in a line comes here at its end, or has been here before.
  if (after !== undefined && !isHere && isDescending) return
  const ofType = taskType === undefined ? '' : 'AND type = ?'
  const named = taskType === undefined ? [] : [taskType]
  const read = (from: readonly SqlValue[], limit: number): readonly Listed[] => {
    const beyondLast = from.length === 0 ? '' : `AND (type, version, pos) ${beyond} (?, ?, ?)`
    const sql = `SELECT seq, type, version, pos FROM firings WHERE tier = ${RECURRING_TIER} AND pos IS NOT NULL ${ofType} ${beyondLast}
      ORDER BY type ${order}, version ${order}, pos ${order} LIMIT ?`
    const [, lastType, lastVersion, , lastPos] = from
    const last = from.length === 0 ? [] : ([lastType, lastVersion, lastPos] as readonly SqlValue[])
    return db.all(sql, [...named, ...last, limit]).map(([seq, type, version, pos]) => ({
      seq: seq as number,
      key: [RECURRING_TIER, type as string, version as string, '', pos as number],
    }))
  }
  yield* rowsOf(createSource(isHere ? (after ?? []) : [], read))
}

function* walkWaiting(walker: Walker, taskType: string | undefined): Generator<Listed, void, undefined> {
  const { order } = directionOf(walker)
  const ofType = taskType === undefined ? '' : 'WHERE type = ?'
  const rankOf = ranks(walker.db)
  const lines = walker.db.all(
    `SELECT tier, type, version FROM lines ${ofType} ORDER BY type ${order}, version ${order}`,
    taskType === undefined ? [] : [taskType],
  ) as readonly LineKey[]
  const sign = walker.isDescending ? -1 : 1
  for (const line of lines.toSorted(([a], [b]) => sign * (rankOf(a) - rankOf(b)))) {
    const position = comparePosition(walker, line, rankOf)
    if (position >= 0) yield* rowsOf(lineSource(walker, line, position === 0))
  }
}

/** Where tiers stand among all, 0 the highest. */
type Ranks = (tier: number) => number

function ranks(db: Connection): Ranks {
  return createFlowRules(readSettings(db).settings, readTiers(db)).rankOf
}

type LineKey = readonly [tier: number, type: string, version: string]

/** Where a line stands to the one the walk goes on in: below 0 before it, 0 it is the one, above 0 after it. */
function comparePosition({ after, isDescending }: Walker, line: LineKey, rankOf: Ranks): number {
  if (after === undefined) return 1
  const differs = line.findIndex((part, i) => part !== after[i])
  if (differs < 0) return 0
  if (differs === 0) return rankOf(line[0]) > rankOf(after[0] as number) !== isDescending ? 1 : -1
  return (line[differs] as string | number) > (after[differs] as string | number) !== isDescending ? 1 : -1
}

function lineSource(walker: Walker, line: LineKey, goesOn: boolean): Source<Listed> {
  const { beyond, order, start } = directionOf(walker)
  // A retry that has become claimable stands in a line too, and is listed with the retries.
  const sql = `SELECT seq, first_key, pos FROM firings
    WHERE tier = ? AND type = ? AND version = ? AND (first_key, pos) ${beyond} (?, ?) AND pos IS NOT NULL
    AND status = ${statusCode('pending')} ORDER BY first_key ${order}, pos ${order} LIMIT ?`
  const first =
    goesOn && walker.after !== undefined
      ? walker.after
      : [...line, walker.isDescending ? LAST_KEY : '', start]
  return createSource(first, (from, limit) =>
    walker.db
      .all(sql, [...from, limit])
      .map(([seq, key, pos]) => ({ seq: seq as number, key: [...line, key as string, pos as number] })),
  )
}

/** Which way a walk goes, in SQL, and the number it begins behind. */
export interface Direction {
  readonly beyond: '<' | '>'
  readonly order: 'ASC' | 'DESC'
  readonly start: number
}

/** Which way a walk goes, and where it begins: before or behind all numbers. */
export function directionOf({ isDescending }: Pick<Walker, 'isDescending'>): Direction {
  return isDescending
    ? { beyond: '<', order: 'DESC', start: HIGHEST }
    : { beyond: '>', order: 'ASC', start: LOWEST }
}

/** Says which of two keys of numbers comes first in a walk. */
export function compareKeys({
  isDescending,
}: Pick<Walker, 'isDescending'>): (a: ListKey, b: ListKey) => boolean {
  const sign = isDescending ? -1 : 1
  return (a, b) => {
    const differs = a.findIndex((part, i) => part !== b[i])
    return differs >= 0 && sign * (Number(a[differs]) - Number(b[differs])) < 0
  }
}

/** A source that reads on after the key of the last row it gave. */
export function createSource<Row extends Listed>(
  first: readonly SqlValue[],
  read: (from: readonly SqlValue[], limit: number) => readonly Row[],
): Source<Row> {
  let from = first
  let size = FIRST_CHUNK
  return {
    next() {
      const rows = read(from, size)
      from = rows.at(-1)?.key ?? from
      size = Math.min(size * 2, LARGEST_CHUNK)
      return rows
    },
  }
}

/** All rows of a source. */
export function* rowsOf<Row>(source: Source<Row>): Generator<Row, void, undefined> {
  for (let rows = source.next(); rows.length > 0; rows = source.next()) yield* rows
}
