import type { InspectorRole, RunRecord, StoreInfo } from '@dureq/types'
import type { Connection } from './connection.ts'
import type { Core } from './core.ts'
import { newestRun } from './firing-columns.ts'
import { firingColumns, firingOf } from './firing-row.ts'
import { isHiddenMember, readVisibleCounts } from './hidden-members.ts'
import { readInstanceCounts } from './instance-counts.ts'
import { listInstances } from './list-instances.ts'
import { listJobs } from './list-jobs.ts'
import { archivedRun, archivedRuns, runNumber } from './run-archive.ts'
import type { StoredFiring } from './stored-firing.ts'

/** Reads for people. */
export function createInspectorRole(core: Core): InspectorRole {
  return {
    listJobs: (filter, page) => core.read((db) => listJobs(db, filter, page)),
    listRuns: (id, limit) => core.read((db) => listRuns(db, id, limit)),
    getRuns: (ids) => core.read((db) => ids.map((id) => readRun(db, id))),
    countJobs: () => core.read(readVisibleCounts),
    listInstances: (kind, filter, page) => core.read((db) => listInstances(db, { kind, ...filter }, page)),
    countInstances: (kind) => core.read((db) => readInstanceCounts(db, kind)),
    info: () => core.read(readInfo),
  }
}

function listRuns(db: Connection, id: string, limit: number): readonly RunRecord[] {
  const stored = readFiring(db, id)
  if (stored === undefined) return []
  const newest = newestRun(stored)
  const older = archivedRuns(db, { seq: stored.seq, id }, limit)
  return newest === undefined ? older : [newest, ...older].slice(0, limit)
}

function readRun(db: Connection, runId: string): RunRecord | undefined {
  const id = runId.slice(0, Math.max(0, runId.lastIndexOf('-')))
  const stored = readFiring(db, id)
  if (stored === undefined) return undefined
  const newest = newestRun(stored)
  return newest?.id === runId ? newest : archivedRun(db, { seq: stored.seq, id }, runNumber(runId))
}

function readFiring(db: Connection, id: string): StoredFiring | undefined {
  const row = db.get(`SELECT ${firingColumns} FROM jobs j JOIN firings f USING (seq) WHERE j.id = ?`, [id])
  const stored = row && firingOf(row)
  return stored?.owner !== undefined && isHiddenMember(db, stored.seq) ? undefined : stored
}

function readInfo(db: Connection, now: number): StoreInfo {
  const version = db.get('SELECT sqlite_version()')?.[0] as string
  return { kind: 'sqlite', version, partitions: 1, now }
}
