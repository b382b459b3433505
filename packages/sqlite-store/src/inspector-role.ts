import type { InspectorRole, RunRecord, StoreInfo, StoreServer } from '@dureq/types'
import { readAudit } from './audit.ts'
import type { Connection } from './connection.ts'
import type { Core } from './core.ts'
import { newestRun } from './firing-columns.ts'
import { firingColumns, firingOf } from './firing-row.ts'
import { isHiddenMember, readVisibleCounts } from './hidden-members.ts'
import { readInstanceCounts } from './instance-counts.ts'
import { listAllRuns } from './list-all-runs.ts'
import { listDead } from './list-dead.ts'
import { listInstances } from './list-instances.ts'
import { listJobs } from './list-jobs.ts'
import { readNumbers } from './numbers.ts'
import { archivedRun, archivedRuns, runNumber } from './run-archive.ts'
import { searchInstances } from './search-instances.ts'
import { searchJobs } from './search-jobs.ts'
import type { StoredFiring } from './stored-firing.ts'
import { readDailyCounts } from './tallies.ts'
import { readKeyUsage, readQueues, type UsageSource } from './usage.ts'
import { readStanding } from './why-not-running.ts'

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
    listDead: (filter, page) => core.read((db) => listDead(db, filter, page)),
    listAllRuns: (filter, page) => core.read((db) => listAllRuns(db, filter, page)),
    search: (query, page) => core.read((db) => searchJobs(db, { query, page, clock: core.clock })),
    searchInstances: (kind, query, page) =>
      core.read((db) => searchInstances(db, { kind, query, page, clock: core.clock })),
    standing: (id) => core.read((db, now) => db.snapshot(() => readStanding(usageSource(core, db, now), id))),
    audit: (id) => core.read((db) => readAudit(db, id)),
    dailyCounts: (days) => core.read((db, now) => readDailyCounts(db, now, days)),
    queues: () => core.read((db, now) => readQueues(usageSource(core, db, now))),
    key: (key) => core.read((db, now) => readKeyUsage(usageSource(core, db, now), key)),
  }
}

/** What usage is read from now. */
function usageSource(core: Core, db: Connection, now: number): UsageSource {
  return { db, now, rules: core.rulesOf(readNumbers(db)) }
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
  return { kind: 'sqlite', version, partitions: 1, now, servers: [readFile(db, version)] }
}

/** The file as a server would describe itself. */
function readFile(db: Connection, version: string): StoreServer {
  const pragma = (name: string): string => String(db.get(`PRAGMA ${name}`)?.[0])
  const address = String(db.get('SELECT file FROM pragma_database_list WHERE name = ?', ['main'])?.[0] ?? '')
  const file = Object.fromEntries(
    ['page_size', 'page_count', 'freelist_count', 'journal_mode'].map((name) => [name, pragma(name)]),
  )
  return {
    address: address || ':memory:',
    role: 'master',
    sections: { server: { sqlite_version: version }, file },
  }
}
