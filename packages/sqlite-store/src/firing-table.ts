import type { Firing, JobDefinition } from '@dureq/types'
import { listSql, selectList } from './batch.ts'
import type { Connection, SqlRow, SqlValue } from './connection.ts'
import {
  type FiringWithJob,
  firingColumns,
  firingOf,
  firingWithJob,
  jobColumns,
  waitingColumns,
  waitingInLine,
} from './firing-row.ts'
import { deleteFirings, insertFirings, saveFirings } from './firing-writes.ts'
import type { LineName } from './line-book.ts'
import type { GroupName } from './line-group.ts'
import { withPayloads } from './recurring-payloads.ts'
import { deleteFiringsOf } from './recurring-rows.ts'
import { isOfRecurring, type StoredFiring } from './stored-firing.ts'

/** Which members are meant: `from` names them `m`; in `where` their firings are `f`. */
export interface MemberQuery {
  readonly from: string
  readonly where: string
}

/** The part of a line that joined at one end. */
interface LineSide extends LineName {
  readonly side: 'front' | 'back'
}

/** The firings one step works with. Each is loaded once and written once, however often it moves. */
export interface FiringTable {
  /** The firings with these ids, in order. */
  byIds(ids: readonly string[]): readonly (StoredFiring | undefined)[]
  /** The firings with these numbers that still exist, in no order. */
  bySeqs(seqs: readonly number[]): readonly FiringWithJob[]
  /** The first of a line. */
  inLine(line: LineName, limit: number): readonly FiringWithJob[]
  /** The first of each of these lines by key, by key. */
  heads(group: GroupName, keys: readonly string[]): ReadonlyMap<string, FiringWithJob>
  /** Those that wait longest on one side of a line: of those that joined at its back, or at its front. */
  longestInLine(side: LineSide, limit: number): readonly StoredFiring[]
  /** The firings whose instant of this class has come, the longest overdue first. */
  dueBy(dueClass: number, instant: number, limit: number): readonly StoredFiring[]
  /** The firings of members that fit a query. */
  members(query: MemberQuery, params: readonly SqlValue[]): readonly StoredFiring[]
  add(stored: StoredFiring, definition: JobDefinition): void
  /** Notes that a firing has moved. */
  changed(stored: StoredFiring): void
  /** Removes a firing and its job. */
  remove(stored: StoredFiring): void
  /** Removes all firings of a recurring job that has ended. */
  removeOf(job: StoredFiring): void
  /** Writes what has changed, so that queries find it. */
  flush(): void
}

const byIdSql = listSql(
  (list) => `SELECT ${firingColumns} FROM jobs j JOIN firings f USING (seq) WHERE j.id IN ${list}`,
)

const bySeqSql = listSql(
  (list) => `SELECT ${jobColumns} FROM firings f JOIN jobs j USING (seq) WHERE f.seq IN ${list}`,
)

const inLineSql = `SELECT ${waitingColumns} FROM firings f JOIN jobs j USING (seq)
  WHERE f.tier = ? AND f.type = ? AND f.version = ? AND f.first_key = ? AND f.pos IS NOT NULL ORDER BY f.pos LIMIT ?`

const headsSql = `SELECT ${waitingColumns}, f.first_key FROM json_each(?4) k
  JOIN firings f ON f.seq = (
    SELECT seq FROM firings WHERE tier = ?1 AND type = ?2 AND version = ?3 AND first_key = k.value AND pos IS NOT NULL
    ORDER BY pos LIMIT 1)
  JOIN jobs j USING (seq)`

const dueSql = `SELECT ${firingColumns} FROM firings f JOIN jobs j USING (seq)
  WHERE f.due_class = ? AND f.due_at <= ? ORDER BY f.due_at LIMIT ?`

/** The firings of one step. Those in `leased` need not be read. */
export function createFiringTable(db: Connection, leased: Map<string, StoredFiring>): FiringTable {
  const known = new Map<string, StoredFiring>()
  const added = new Map<StoredFiring, JobDefinition>()
  const changed = new Set<StoredFiring>()
  const removed = new Set<StoredFiring>()

  /** The firing of a row: as it is known to the step, if it is. */
  const meet = (read: StoredFiring): StoredFiring => {
    const { id } = read.firing
    const met = find(id)
    if (met !== undefined) return met
    known.set(id, read)
    return read
  }
  const find = (id: string): StoredFiring | undefined => known.get(id) ?? leased.get(id)
  const remember = (stored: StoredFiring): void => {
    const { id, place } = stored.firing
    if (place.kind === 'leased') leased.set(id, stored)
    else leased.delete(id)
  }
  const withJob = ({ stored, definition }: FiringWithJob): FiringWithJob => ({
    stored: meet(stored),
    definition,
  })

  return {
    byIds(ids) {
      const unknown = ids.filter((id) => find(id) === undefined)
      for (const row of selectList(db, byIdSql, unknown)) meet(firingOf(row))
      return ids.map((id) => present(find(id)))
    },
    bySeqs: (seqs) => withPayloads(db, selectList(db, bySeqSql, seqs).map(firingWithJob)).map(withJob),
    inLine: (line, limit) =>
      withPayloads(
        db,
        readLine(db, line, limit).map((row) => waitingInLine(line, row)),
      ).map(withJob),
    heads(group, keys) {
      const rows = db.all(headsSql, [group.tier, group.type, group.version, JSON.stringify(keys)])
      const read = withPayloads(
        db,
        rows.map((row) => waitingInLine(group, row)),
      ).map(withJob)
      return new Map(read.map((each, i) => [rows[i]?.at(-1) as string, each]))
    },
    longestInLine({ tier, type, version, key, side }, limit) {
      this.flush()
      const sql = `SELECT ${firingColumns} FROM firings f JOIN jobs j USING (seq)
        WHERE f.tier = ? AND f.type = ? AND f.version = ? AND f.first_key = ?
        AND f.pos ${side === 'back' ? '> 0 ORDER BY f.pos' : '< 0 ORDER BY f.pos DESC'} LIMIT ?`
      return db.all(sql, [tier, type, version, key, limit]).map((row) => meet(firingOf(row)))
    },
    dueBy: (dueClass, instant, limit) =>
      db.all(dueSql, [dueClass, instant, limit]).map((row) => meet(firingOf(row))),
    members({ from, where }, params) {
      this.flush()
      const sql = `SELECT ${firingColumns} FROM ${from} JOIN firings f ON f.seq = m.job
        JOIN jobs j ON j.seq = f.seq WHERE ${where}`
      return db.all(sql, params).map((row) => meet(firingOf(row)))
    },
    add(stored, definition) {
      known.set(stored.firing.id, stored)
      added.set(stored, definition)
    },
    changed(stored) {
      if (!added.has(stored)) changed.add(stored)
    },
    remove(stored) {
      changed.delete(stored)
      // What came and went in one step was never written.
      if (!added.delete(stored)) removed.add(stored)
    },
    removeOf({ seq, firing: { id } }) {
      for (const stored of new Set([...known.values(), ...leased.values(), ...changed])) {
        if (!isOfRecurring(stored) || stored.firing.job.id !== id) continue
        stored.firing = { ...stored.firing, place: { kind: 'gone' } }
        leased.delete(stored.firing.id)
        added.delete(stored)
        changed.delete(stored)
      }
      deleteFiringsOf(db, seq)
    },
    flush() {
      if (added.size > 0) insertFirings(db, added)
      if (changed.size > 0) saveFirings(db, changed)
      if (removed.size > 0) deleteFirings(db, removed)
      for (const stored of added.keys()) remember(stored)
      for (const stored of changed) remember(stored)
      for (const { firing } of removed) leased.delete(firing.id)
      added.clear()
      changed.clear()
      removed.clear()
    },
  }
}

function readLine(db: Connection, { tier, type, version, key }: LineName, limit: number): readonly SqlRow[] {
  return db.all(inLineSql, [tier, type, version, key, limit])
}

/** A firing that was removed earlier in the step is not there any more. */
function present(stored: StoredFiring | undefined): StoredFiring | undefined {
  return stored === undefined || isGone(stored.firing) ? undefined : stored
}

function isGone(firing: Firing): boolean {
  return firing.place.kind === 'gone'
}
