import type { JobCount } from '@dureq/types'
import { listSql, selectList } from './batch.ts'
import { statusCode } from './codes.ts'
import type { Connection } from './connection.ts'
import { readCounts } from './counts.ts'

/** Whether there are removed instances of which something is left: only then members may be hidden. */
export function hidesMembers(db: Connection): boolean {
  return db.get('SELECT 1 FROM instances WHERE kind < 0 LIMIT 1') !== undefined
}

const hiddenSql = listSql(
  (list) => `SELECT m.job FROM members m JOIN instances i ON i.seq = m.instance
    JOIN instances r ON r.seq = i.root WHERE m.job IN ${list} AND r.kind < 0`,
)

// Joined in this order, since few instances are being removed at a time.
const hiddenCountsSql = `SELECT f.type, f.status, count(*)
  FROM instances r CROSS JOIN instances i ON i.root = r.seq CROSS JOIN members m ON m.instance = i.seq
    CROSS JOIN firings f ON f.seq = m.job
  WHERE r.kind < 0 GROUP BY f.type, f.status`

/** All counts of jobs above 0, by type and status, without the members of removed instances. */
export function readVisibleCounts(db: Connection): readonly JobCount[] {
  const counts = readCounts(db)
  if (!hidesMembers(db)) return counts
  const hidden = new Map(
    db.all(hiddenCountsSql).map(([type, code, count]) => [`${code} ${type}`, count as number]),
  )
  return counts
    .map((each) => ({ ...each, count: each.count - (hidden.get(countName(each)) ?? 0) }))
    .filter(({ count }) => count > 0)
}

function countName({ taskType, status }: JobCount): string {
  return `${statusCode(status)} ${taskType}`
}

/** Which of these jobs are members of removed instances, by their numbers. */
export function hiddenMembers(db: Connection, seqs: readonly number[]): ReadonlySet<number> {
  if (seqs.length === 0 || !hidesMembers(db)) return new Set()
  return new Set(selectList(db, hiddenSql, seqs).map(([seq]) => seq as number))
}

/** Whether a job is a member of a removed instance. */
export function isHiddenMember(db: Connection, seq: number): boolean {
  return hiddenMembers(db, [seq]).has(seq)
}

/** Rows of a walk are looked at this many at a time. */
const CHUNK = 64

/** The rows that are no members of removed instances. */
export function* withoutHidden<Row extends { readonly seq: number }>(
  db: Connection,
  rows: Iterable<Row>,
): Generator<Row, void, undefined> {
  if (!hidesMembers(db)) return yield* rows
  let chunk: Row[] = []
  for (const row of rows) {
    chunk.push(row)
    if (chunk.length < CHUNK) continue
    yield* visibleOf(db, chunk)
    chunk = []
  }
  yield* visibleOf(db, chunk)
}

function visibleOf<Row extends { readonly seq: number }>(
  db: Connection,
  rows: readonly Row[],
): readonly Row[] {
  const hidden = hiddenMembers(
    db,
    rows.map(({ seq }) => seq),
  )
  return hidden.size === 0 ? rows : rows.filter(({ seq }) => !hidden.has(seq))
}
