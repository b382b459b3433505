import { cancelText, isRecurring, type JobRecord, type Standing } from '@dureq/types'
import { firstKeyOf } from './firing-columns.ts'
import { firingColumns, firingOf } from './firing-row.ts'
import { isHiddenMember } from './hidden-members.ts'
import { readJobs } from './job-rows.ts'
import { lineOf } from './moves.ts'
import { unfinishedFirings } from './recurring-rows.ts'
import type { StoredFiring } from './stored-firing.ts'
import { readKeyUsage, readTier, readType, type UsageSource } from './usage.ts'

/** Unfinished firings of a recurring job that are told of. */
const MOST_FIRINGS = 10

/** What is known of why a firing is where it is: `InspectorRole.standing`. */
export function readStanding(source: UsageSource, id: string): Standing | undefined {
  const { db, now } = source
  const sql = `SELECT ${firingColumns} FROM jobs j JOIN firings f USING (seq) WHERE j.id = ?`
  const row = db.get(sql, [id])
  const stored = row && firingOf(row)
  const [record] = readJobs(db, [id])
  if (stored === undefined || record === undefined || isHiddenMember(db, stored.seq)) return undefined
  return {
    record,
    ...(isRecurring(stored.firing.job.schedule.type) && { unfinished: unfinishedOf(source, stored) }),
    ...leaseOf(stored),
    ...(stored.firing.place.kind === 'held' && { held: true }),
    ...lineStanding(source, stored),
    keys: keysOf(source, stored),
    now,
  }
}

function unfinishedOf({ db }: UsageSource, { seq, firing: { id } }: StoredFiring): readonly JobRecord[] {
  const ids = unfinishedFirings(db, { seq, id }, MOST_FIRINGS).map(({ firingId }) => firingId)
  return readJobs(db, ids).filter((record) => record !== undefined)
}

function leaseOf({ firing: { id, place } }: StoredFiring): Pick<Standing, 'lease' | 'cancelRequested'> {
  if (place.kind !== 'leased') return {}
  const { run, nodeId, claimedAt, until, cancel } = place.lease
  return {
    lease: {
      runId: run.id,
      firingId: id,
      nodeId,
      claimedAt,
      expiresAt: until,
      started: run.status === 'running',
    },
    ...(cancel !== undefined && { cancelRequested: cancelText(cancel.reason) }),
  }
}

function lineStanding(
  source: UsageSource,
  stored: StoredFiring,
): Pick<Standing, 'tier' | 'taskType' | 'inLine'> {
  const { firing, tier } = stored
  if (firing.place.kind !== 'line' || tier === null) return {}
  return {
    tier: readTier(source, tier),
    taskType: readType(source, firing.job.taskType),
    inLine: countLine(source, stored, tier),
  }
}

/** How many stand in the same line, itself included. */
function countLine({ db }: UsageSource, { firing }: StoredFiring, tier: number): number {
  const { type, version, key } = lineOf(firing, tier)
  const ofGroup = 'tier = ? AND type = ? AND version = ?'
  const row =
    firstKeyOf(firing) === ''
      ? db.get(`SELECT waiting FROM lines WHERE ${ofGroup}`, [tier, type, version])
      : db.get(`SELECT waiting FROM key_lines WHERE ${ofGroup} AND key = ?`, [tier, type, version, key])
  return (row?.[0] as number | undefined) ?? 0
}

function keysOf(source: UsageSource, { firing }: StoredFiring): Standing['keys'] {
  if (firing.place.kind !== 'line') return []
  return (firing.job.concurrencyKeys ?? []).map(({ key }) => readKeyUsage(source, key))
}
