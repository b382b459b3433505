/** A lease that holds a slot of a concurrency key. */
export interface KeyHolder {
  readonly runId: string
  readonly firingId: string
  readonly nodeId: string
}

/** How a rate limit stands. */
export interface RateUsage {
  /** Starts a second, and the size of the bucket. */
  readonly rateLimit: number
  readonly rateBurst: number
  /** Starts possible at once. */
  readonly available: number
  /** When the next start is possible, epoch ms; absent: now. */
  readonly until?: number
}

/** How a concurrency key is used. */
export interface KeyUsage {
  readonly key: string
  /** What holds: the operator's setting, else what jobs have stated; absent where nothing is known of the key. */
  readonly limit?: number
  /** Leases that hold a slot, and the first 100 of them by when they were claimed. */
  readonly running: number
  readonly holders: readonly KeyHolder[]
  /** Jobs with the key that have not ended and do not run. */
  readonly waiting: number
  readonly rate?: RateUsage
  /** Nothing starts before this time (`runs.throttle`), epoch ms. */
  readonly throttledUntil?: number
}

/** How much work a tier has. With several partitions: all of them together. */
export interface TierUsage {
  readonly name: string
  /** 0 for a tier that was taken out of the settings and is not empty yet: it is served with weight 1. */
  readonly weight: number
  readonly paused: boolean
  /** Jobs that stand in its lines. */
  readonly waiting: number
  /** Only counted where the tier has `maxRunning`. */
  readonly running?: number
  readonly maxRunning?: number
  /** Since when the longest waiting one stands, found in at most 100 lines, epoch ms; absent when nothing waits. */
  readonly oldestAt?: number
  readonly rate?: RateUsage
}

/** How much work a task type has. */
export interface TaskTypeUsage {
  readonly taskType: string
  readonly paused: boolean
  readonly waiting: number
  readonly running: number
  readonly maxRunning?: number
  readonly maxDepth?: number
  /** As `TierUsage.oldestAt`. */
  readonly oldestAt?: number
  readonly rate?: RateUsage
}

/** Work no live node takes. */
export interface UnservedLine {
  readonly taskType: string
  readonly version?: string
  readonly waiting: number
  /** Since when nobody serves it, epoch ms. */
  readonly since: number
}

/** Everything that waits. */
export interface QueueUsage {
  /** The highest first; tiers that were taken out last. */
  readonly tiers: readonly TierUsage[]
  /** Those with jobs that have not ended or with a setting, by name; at most 1,000. */
  readonly taskTypes: readonly TaskTypeUsage[]
  /** At most 1,000. */
  readonly unserved: readonly UnservedLine[]
}
