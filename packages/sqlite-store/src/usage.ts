import {
  burstOf,
  isTerminalJobStatus,
  type JobStatus,
  type KeyHolder,
  type KeyUsage,
  type QueueUsage,
  type RateSetting,
  type RateUsage,
  type TaskTypeUsage,
  type TierUsage,
  type UnservedLine,
} from '@dureq/types'
import { type Bucket, nextStart, startsIn } from './bucket.ts'
import { dueClass } from './codes.ts'
import type { Connection } from './connection.ts'
import { readCounts } from './counts.ts'
import { firingColumns, firingOf } from './firing-row.ts'
import { type FlowRules, tierLimit, typeLimit } from './flow-rules.ts'
import { limitOf, readKey } from './key-state.ts'
import { type LimitState, readLimits } from './limit-book.ts'
import { type LineGroup, readGroups, standingIn } from './line-group.ts'

/** What usage is read from. */
export interface UsageSource {
  readonly db: Connection
  readonly rules: FlowRules
  readonly now: number
}

/** Most task types, and most unserved ones, that are told of. */
const MOST_TYPES = 1_000
/** Lines looked at to find who waits longest. */
const MOST_LINES = 100
/** Holders of a key that are named. */
const MOST_HOLDERS = 100

/** Everything that waits: `InspectorRole.queues`. */
export function readQueues(source: UsageSource): QueueUsage {
  const groups = readGroups(source.db)
  const limits = limitsByName(source.db)
  const tiers = source.rules.tiers.map(({ code }) => tierUsage(source, code, { groups, limits }))
  return {
    tiers: tiers.filter(({ weight, waiting }) => weight > 0 || waiting > 0),
    taskTypes: readTypes(source, { groups, limits }),
    unserved: readUnserved(source.db, groups),
  }
}

/** The use of one tier, by its number; one that was taken out and is not known any more has a name of its own. */
export function readTier(source: UsageSource, code: number): TierUsage {
  return tierUsage(source, code, { groups: readGroups(source.db), limits: limitsByName(source.db) })
}

/** The use of one task type. */
export function readType(source: UsageSource, taskType: string): TaskTypeUsage {
  const known = { groups: readGroups(source.db), limits: limitsByName(source.db) }
  return typeUsage(source, { taskType, running: countsByType(source.db).get(taskType)?.running ?? 0 }, known)
}

interface Known {
  readonly groups: readonly LineGroup[]
  readonly limits: ReadonlyMap<string, LimitState>
}

function limitsByName(db: Connection): ReadonlyMap<string, LimitState> {
  return new Map(readLimits(db).map((state) => [state.name, state]))
}

function tierUsage(source: UsageSource, code: number, { groups, limits }: Known): TierUsage {
  const tier = source.rules.tiers.find((each) => each.code === code)
  const { name = String(code), setting } = tier ?? {}
  const ofTier = groups.filter((group) => group.tier === code)
  const state = limits.get(tierLimit(name))
  return {
    name,
    weight: setting?.weight ?? 0,
    paused: setting?.paused ?? false,
    waiting: sum(ofTier.map(standingIn)),
    ...(setting?.maxRunning !== undefined && {
      running: state?.running ?? 0,
      maxRunning: setting.maxRunning,
    }),
    ...oldest(source.db, ofTier),
    ...(setting !== undefined && rateUsage(setting, state?.bucket, source.now)),
  }
}

interface CountedType {
  readonly taskType: string
  readonly running: number
}

function typeUsage(source: UsageSource, counted: CountedType, { groups, limits }: Known): TaskTypeUsage {
  const { taskType } = counted
  const setting = source.rules.taskType(taskType)
  const ofType = groups.filter((group) => group.type === taskType)
  const state = limits.get(typeLimit(taskType))
  return {
    taskType,
    paused: setting?.paused ?? false,
    waiting: sum(ofType.map(standingIn)),
    running: state?.running ?? counted.running,
    ...(setting?.maxRunning !== undefined && { maxRunning: setting.maxRunning }),
    ...(setting?.maxDepth !== undefined && { maxDepth: setting.maxDepth }),
    ...oldest(source.db, ofType),
    ...(setting !== undefined && rateUsage(setting, state?.bucket, source.now)),
  }
}

function readTypes(source: UsageSource, known: Known): readonly TaskTypeUsage[] {
  const counts = countsByType(source.db)
  const unfinished = [...counts].filter(([, { unfinished: jobs }]) => jobs > 0).map(([taskType]) => taskType)
  const names = new Set([...unfinished, ...source.rules.taskTypes, ...known.groups.map(({ type }) => type)])
  return [...names]
    .toSorted()
    .slice(0, MOST_TYPES)
    .map((taskType) => typeUsage(source, { taskType, running: counts.get(taskType)?.running ?? 0 }, known))
}

interface TypeCounts {
  running: number
  unfinished: number
}

function countsByType(db: Connection): ReadonlyMap<string, TypeCounts> {
  const counts = new Map<string, TypeCounts>()
  for (const { taskType, status, count } of readCounts(db)) {
    const ofType = counts.get(taskType) ?? { running: 0, unfinished: 0 }
    counts.set(taskType, ofType)
    if (status === ('running' satisfies JobStatus)) ofType.running += count
    if (!isTerminalJobStatus(status)) ofType.unfinished += count
  }
  return counts
}

function rateUsage(
  rate: RateSetting,
  bucket: Bucket | undefined,
  now: number,
): { readonly rate?: RateUsage } {
  if (rate.rateLimit === undefined) return {}
  const available = startsIn(bucket, rate, now)
  const until = available > 0 ? undefined : nextStart(bucket, rate, now)
  return {
    rate: {
      rateLimit: rate.rateLimit,
      rateBurst: burstOf(rate),
      available,
      ...(until !== undefined && { until }),
    },
  }
}

const keyLinesSql = 'SELECT key FROM key_lines WHERE tier = ? AND type = ? AND version = ? LIMIT ?'
const oldestSql = (
  side: string,
): string => `SELECT json_extract(state, '$[0]') + json_extract(state, '$[6][2]')
  FROM firings WHERE tier = ? AND type = ? AND version = ? AND first_key = ? AND pos ${side} LIMIT 1`
// Those that wait longest stand where those that joined at the front and those that joined at the back meet.
const sides = [oldestSql('> 0 ORDER BY pos'), oldestSql('< 0 ORDER BY pos DESC')]

/** Since when the longest waiting of some groups of lines waits. */
function oldest(db: Connection, groups: readonly LineGroup[]): { readonly oldestAt?: number } {
  let left = MOST_LINES
  let oldestAt = Number.POSITIVE_INFINITY
  for (const { tier, type, version, waiting, keyed } of groups) {
    const byKey =
      keyed > 0 ? db.all(keyLinesSql, [tier, type, version, left]).map(([key]) => key as string) : []
    for (const key of (waiting > 0 ? ['', ...byKey] : byKey).slice(0, left)) {
      left--
      const found = sides.map((sql) => db.get(sql, [tier, type, version, key])?.[0] as number | undefined)
      oldestAt = Math.min(oldestAt, ...found.filter((at) => at !== undefined))
    }
  }
  return Number.isFinite(oldestAt) ? { oldestAt } : {}
}

function readUnserved(db: Connection, groups: readonly LineGroup[]): readonly UnservedLine[] {
  const sql = 'SELECT type, version, since FROM unserved ORDER BY type, version LIMIT ?'
  return db.all(sql, [MOST_TYPES]).map(([type, version, since]) => ({
    taskType: type as string,
    ...(version !== '' && { version: version as string }),
    waiting: sum(groups.filter((group) => group.type === type && group.version === version).map(standingIn)),
    since: since as number,
  }))
}

/** How a concurrency key is used: `InspectorRole.key`. */
export function readKeyUsage({ db, rules, now }: UsageSource, key: string): KeyUsage {
  const state = readKey(db, key)
  const setting = rules.key(key)
  const limit = limitOf(state, setting)
  const { running = 0, jobs = 0, throttledUntil } = state ?? {}
  return {
    key,
    ...(limit !== undefined && { limit }),
    running,
    holders: running > 0 ? readHolders(db, key) : [],
    waiting: jobs - running,
    ...(setting !== undefined && rateUsage(setting, state?.bucket, now)),
    ...((throttledUntil ?? 0) > now && { throttledUntil: throttledUntil as number }),
  }
}

/** The leases of jobs with a key, the earliest first: there are never more leases than nodes have slots. */
function readHolders(db: Connection, key: string): readonly KeyHolder[] {
  const sql = `SELECT ${firingColumns} FROM firings f JOIN jobs j USING (seq)
    WHERE f.due_class = ${dueClass.lease} AND f.due_at IS NOT NULL ORDER BY f.listed_at, f.seq`
  const holders: KeyHolder[] = []
  for (const row of db.all(sql)) {
    const { firing } = firingOf(row)
    const holds = firing.job.concurrencyKeys?.some((each) => each.key === key)
    if (!holds || firing.place.kind !== 'leased') continue
    const { run, nodeId } = firing.place.lease
    holders.push({ runId: run.id, firingId: firing.id, nodeId })
    if (holders.length === MOST_HOLDERS) break
  }
  return holders
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
