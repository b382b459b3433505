/** The layout the scripts write; a store with another one is refused. */
export const LAYOUT = 7

const FIXED = [
  'meta',
  'names',
  'numbers',
  'counts',
  'scheduled',
  'retry-due',
  'retrying',
  'paused',
  'leases',
  'starts',
  'events',
  'segments',
  'requests',
  'removals',
  'schedules',
  'recurring',
  'leftovers',
  'waiters',
  'nodes',
  'node-ttl',
  'sets',
  'locks',
  'stale',
  'instances',
  'definitions',
  'timers',
  'gone',
  'instance-requests',
  'groups',
  'concurrency',
  'buckets',
  'throttled',
  'sleepers',
  'unserved',
  'days',
  'runs',
] as const

/** The name of a fixed key. */
export type FixedKey = (typeof FIXED)[number]

/**
 * The keys of one partition. All begin with one hash tag, so that they share a slot of Redis Cluster and a script
 * may touch any of them.
 */
export interface PartitionKeys {
  readonly index: number
  /** All fixed keys, in the order of `lua/lib/keys.lua`. */
  readonly fixed: readonly string[]
  /** One of the fixed keys. */
  of(name: FixedKey): string
  /** A key of a kind: `j` record, `y` payload, `o` output, `b` progress, `r` runs, `u` unique key, ... */
  key(kind: string, name: string): string
}

/** The keys of partition `index` below a prefix. */
export function partitionKeys(prefix: string, index: number): PartitionKeys {
  const base = `{${prefix}:${index}}:`
  return {
    index,
    fixed: FIXED.map((name) => base + name),
    of: (name) => base + name,
    key: (kind, name) => `${base}${kind}:${name}`,
  }
}

/** The channel on which a process is told of the ends it waits for. */
export function watchChannel(prefix: string, watcher: string): string {
  return `${prefix}:watch:${watcher}`
}
