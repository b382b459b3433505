import {
  burstOf,
  type ConcurrencyKey,
  isTerminalJobStatus,
  type JobRecord,
  type LeasedRun,
  type RateSetting,
  type Settings,
  tierForPriority,
} from '@dureq/types'
import { createBucket, type ModelBucket, refill, take } from './flow-bucket.ts'

/** Parts of a token by which a store may round. */
const ROUNDING = 0.001

/** A lease somebody has, or had until he crashed. */
export interface ModelHold {
  readonly lease: LeasedRun
  readonly tier: string
  until: number
}

/** What a job needs to be started: the names of what has slots or tokens. */
export interface Needs {
  readonly taskType: string
  readonly tier: string
  readonly keys: readonly string[]
}

/**
 * What a history must obey: who holds a lease, and how many may. It counts leases one by one; nothing in it is kept in
 * step by anything but what the store has answered.
 *
 * Limits of types and tiers are shares: what they let in where the jobs of a history live.
 */
export class FlowModel {
  now: number
  settings: Settings
  /** Live leases by their firing. */
  readonly holds: Map<string, ModelHold> = new Map()
  readonly #share: (n: number) => number
  /** The limits jobs have stated, by key. */
  readonly #stated: Map<string, number> = new Map()
  readonly #throttled: Map<string, number> = new Map()
  readonly #buckets: Map<string, ModelBucket> = new Map()

  constructor(now: number, settings: Settings, share: (n: number) => number) {
    this.now = now
    this.settings = settings
    this.#share = share
  }

  /** A job was stored, or is retried by hand. */
  stated(keys: readonly ConcurrencyKey[], again: boolean): void {
    for (const { key, maxConcurrency } of keys) {
      if (maxConcurrency !== undefined && !(again && this.#stated.has(key)))
        this.#stated.set(key, maxConcurrency)
    }
  }

  /** Forgets what is stated for keys that no job has any more. */
  forget(records: readonly JobRecord[]): void {
    const open = records.filter(({ status }) => !isTerminalJobStatus(status))
    const used = new Set(open.flatMap((record) => needsOf(record).keys))
    for (const key of this.#stated.keys()) if (!used.has(key)) this.#stated.delete(key)
  }

  /** The settings are these from now on; a rate that is new may begin with anything from nothing to a full bucket. */
  put(settings: Settings): void {
    for (const [name, rate] of ratesOf(settings)) {
      const share = name.startsWith('key') ? 1 : this.#share(1)
      const per = (rate.rateLimit ?? 0) / share
      const burst = Math.floor(burstOf(rate) / share)
      const known = this.#buckets.get(name)
      if (known?.rate !== per || known.burst !== burst) {
        this.#buckets.set(name, createBucket(this.now, per, burst))
      }
    }
    for (const name of this.#buckets.keys()) if (!ratesOf(settings).has(name)) this.#buckets.delete(name)
    this.settings = settings
  }

  throttle(key: string, forMs: number): void {
    this.#throttled.set(key, Math.max(this.#throttled.get(key) ?? 0, this.now + forMs))
  }

  /** Takes over a lease of a claim; it needs `start` if it needs anything. Says what it was not allowed to take. */
  claim(lease: LeasedRun, start: boolean): string[] {
    const needs = needsOf(lease)
    const faults = this.#obstacles(needs, 'surely')
    if (!start && this.#isLimited(needs)) faults.push('claimed ahead what has a limit')
    if (this.holds.has(lease.firingId)) faults.push('leased twice')
    for (const bucket of this.#bucketsOf(needs)) take(bucket)
    this.holds.set(lease.firingId, { lease, tier: needs.tier, until: this.now + lease.leaseMs })
    return faults.map((fault) => `${lease.firingId}: ${fault}`)
  }

  /** A lease has ended. */
  end(firingId: string): void {
    this.holds.delete(firingId)
  }

  /** Leases end that nobody has prolonged. */
  expire(): void {
    for (const [id, { until }] of this.holds) if (until <= this.now) this.holds.delete(id)
  }

  /** How many leases hold a slot of a key. */
  running(key: string): number {
    return this.#count(({ lease }) => needsOf(lease).keys.includes(key))
  }

  runningOfType(taskType: string): number {
    return this.#count(({ lease }) => lease.taskType === taskType)
  }

  runningOfTier(name: string): number {
    return this.#count(({ tier }) => tier === name)
  }

  /** What holds for a key; undefined while nobody has said anything. */
  limitOf(key: string): number | undefined {
    return this.settings.keys[key]?.maxConcurrency ?? this.#stated.get(key)
  }

  /** Whether this job could surely be started now by a node that can run it. */
  isStartable(record: JobRecord): boolean {
    return this.#obstacles(needsOf(record), 'perhaps').length === 0
  }

  /** What keeps a job back: for sure, or perhaps also. */
  #obstacles(needs: Needs, how: 'surely' | 'perhaps'): string[] {
    const found: string[] = []
    const { taskTypes, tiers } = this.settings
    const type = taskTypes[needs.taskType]
    const tier = tiers.find(({ name }) => name === needs.tier)
    if (type?.paused) found.push('its type is paused')
    if (tier?.paused) found.push('its tier is paused')
    if (this.runningOfType(needs.taskType) >= this.#most(type?.maxRunning)) found.push('its type is full')
    if (this.runningOfTier(needs.tier) >= this.#most(tier?.maxRunning)) found.push('its tier is full')
    for (const key of needs.keys) {
      if (this.running(key) >= (this.limitOf(key) ?? 1)) found.push(`key ${key} is full`)
      if ((this.#throttled.get(key) ?? 0) > this.now) found.push(`key ${key} is throttled`)
    }
    for (const bucket of this.#bucketsOf(needs)) {
      const tokens = how === 'surely' ? bucket.most + ROUNDING : bucket.least - ROUNDING
      if (tokens < 1) found.push('a bucket is empty')
    }
    return found
  }

  #isLimited({ taskType, tier, keys }: Needs): boolean {
    const limits = [this.settings.taskTypes[taskType], this.settings.tiers.find(({ name }) => name === tier)]
    return (
      keys.length > 0 ||
      limits.some((each) => each?.maxRunning !== undefined || each?.rateLimit !== undefined)
    )
  }

  #bucketsOf({ taskType, tier, keys }: Needs): ModelBucket[] {
    const names = [`type ${taskType}`, `tier ${tier}`, ...keys.map((key) => `key ${key}`)]
    return names.flatMap((name) => {
      const bucket = this.#buckets.get(name)
      return bucket === undefined ? [] : [refill(bucket, this.now)]
    })
  }

  #most(limit: number | undefined): number {
    return limit === undefined ? Infinity : Math.floor(limit / this.#share(1))
  }

  #count(fits: (hold: ModelHold) => boolean): number {
    return [...this.holds.values()].filter(fits).length
  }
}

/** What a job or a lease needs. */
export function needsOf(job: Pick<LeasedRun, 'taskType' | 'priority' | 'concurrencyKeys'>): Needs {
  const { taskType, priority, concurrencyKeys = [] } = job
  return { taskType, tier: tierForPriority(priority), keys: concurrencyKeys.map(({ key }) => key) }
}

/** Every rate there is, by the name of its bucket. */
function ratesOf({ taskTypes, tiers, keys }: Settings): Map<string, RateSetting> {
  const all: [string, RateSetting][] = [
    ...Object.entries(taskTypes).map(([name, each]): [string, RateSetting] => [`type ${name}`, each]),
    ...tiers.map((each): [string, RateSetting] => [`tier ${each.name}`, each]),
    ...Object.entries(keys).map(([name, each]): [string, RateSetting] => [`key ${name}`, each]),
  ]
  return new Map(all.filter(([, { rateLimit }]) => rateLimit !== undefined))
}
