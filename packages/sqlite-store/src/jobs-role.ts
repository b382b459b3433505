import { type JobRecord, type JobsRole, jobRecordOf } from '@dureq/types'
import { listSql, selectBatch } from './batch.ts'
import { commandJobs } from './command.ts'
import type { Connection, SqlRow } from './connection.ts'
import { type Core, callInPieces } from './core.ts'
import { enqueueJobs } from './enqueue.ts'
import { definitionOf, firingOf, jobColumns } from './firing-row.ts'
import { holderOf, releaseKey } from './keys.ts'

/** One piece releases at most this many keys. */
const PIECE_KEYS = 500

/** Accepts jobs and obeys orders about them. */
export function createJobsRole(core: Core): JobsRole {
  return {
    enqueue: (call, jobs) => enqueueJobs(core, call, jobs),
    get: (ids) => core.read((db) => readJobs(db, ids)),
    command: (call, commands) => commandJobs(core, call, commands),
    lookupUniqueKeys: (keys) => core.read((db) => keys.map((key) => holderOf(db, key))),
    async releaseUniqueKeys(call, keys) {
      const free = await callInPieces<string, number>(core, {
        call,
        items: keys,
        patience: 'ordinary',
        weigh: () => 1 / PIECE_KEYS,
        work: ({ db }, piece, from) =>
          piece.flatMap((key, i) => (releaseKey(db, key) ? [] : [from + i])),
      })
      const wereFree = new Set(free)
      return keys.map((_, i) => !wereFree.has(i))
    },
  }
}

const jobsSql = listSql((list) => `SELECT ${jobColumns} FROM jobs j JOIN firings f USING (seq) WHERE j.id IN (${list})`)

function readJobs(db: Connection, ids: readonly string[]): readonly (JobRecord | undefined)[] {
  const records = new Map(selectBatch(db, jobsSql, ids).map((row) => [row[1], jobOfRow(row)]))
  return ids.map((id) => records.get(id))
}

/** The record of a row of `jobColumns`. */
export function jobOfRow(row: SqlRow): JobRecord {
  return jobRecordOf(definitionOf(row), firingOf(row).firing)
}
