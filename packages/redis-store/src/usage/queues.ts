import {
  burstOf,
  type QueueUsage,
  type RateSetting,
  type RateUsage,
  type Settings,
  type TaskTypeUsage,
  type TierUsage,
  type UnservedLine,
} from '@dureq/types'
import type { PartitionKeys } from '../keys.ts'
import { readSettings } from '../settings.ts'
import type { Space } from '../space.ts'
import { escapeTier, unescapeTier } from '../tier-name.ts'

/** How the rate limit of one partition stands. */
export interface StoredRate {
  readonly available: number
  readonly till?: number
  /** Of how many partitions; default 1. */
  readonly parts?: number
}

interface Usage {
  readonly waiting: number
  readonly running?: number
  readonly oldest?: number
  readonly rate?: StoredRate
}

/** What one partition says, by names instead of numbers. */
interface PartitionUsage {
  readonly tiers: ReadonlyMap<string, Usage>
  readonly types: ReadonlyMap<string, Usage>
  readonly unserved: readonly UnservedLine[]
}

/** Most task types, and unserved lines, that are told. */
const MOST = 1_000

/** How much waits and runs; see `InspectorRole.queues`. */
export async function readQueues(space: Space): Promise<QueueUsage> {
  const [settings, ...usages] = await Promise.all([
    readSettings(space),
    ...space.partitions.map((partition) => readUsage(space, partition)),
  ])
  const tiers = sumOf(usages.map((usage) => usage.tiers))
  const types = sumOf(usages.map((usage) => usage.types))
  return {
    tiers: tierUsages(settings, tiers, space.partitions.length),
    taskTypes: taskTypeUsages(settings, types, space.partitions.length),
    unserved: unservedLines(usages.flatMap(({ unserved }) => unserved)),
  }
}

async function readUsage(space: Space, partition: PartitionKeys): Promise<PartitionUsage> {
  const text = String(await space.run('queues', { partition, args: [] }))
  const { tiers, types, unserved } = JSON.parse(text) as {
    readonly tiers: Readonly<Record<string, Usage>>
    readonly types: Readonly<Record<string, Usage>>
    readonly unserved: Readonly<Record<string, { readonly waiting: number; readonly since: number }>>
  }
  const lines = Object.entries(unserved).map(([name, usage]) => [...name.split(':'), usage] as const)
  const numbers = [...Object.keys(types), ...lines.flatMap(([type, version]) => [type, version])]
  const nameOf = await space.names.lookup(partition, numbers as string[])
  return {
    tiers: new Map(Object.entries(tiers).map(([name, usage]) => [unescapeTier(name), usage])),
    types: new Map(Object.entries(types).map(([number, usage]) => [nameOf(number), usage])),
    unserved: (lines as [string, string, { waiting: number; since: number }][]).map(
      ([type, version, usage]) => ({
        taskType: nameOf(type),
        ...(version === '' ? {} : { version: nameOf(version) }),
        ...usage,
      }),
    ),
  }
}

function sumOf(all: readonly ReadonlyMap<string, Usage>[]): ReadonlyMap<string, Usage> {
  const sums = new Map<string, Usage>()
  for (const [name, usage] of all.flatMap((usages) => [...usages])) {
    const sum = sums.get(name)
    sums.set(name, sum === undefined ? usage : add(sum, usage))
  }
  return sums
}

function add(a: Usage, b: Usage): Usage {
  const oldest = least(a.oldest, b.oldest)
  const rates = [a.rate, b.rate].filter((rate) => rate !== undefined)
  return {
    waiting: a.waiting + b.waiting,
    running: (a.running ?? 0) + (b.running ?? 0),
    ...(oldest === undefined ? {} : { oldest }),
    ...(rates.length === 0 ? {} : { rate: rates.reduce(addRates) }),
  }
}

function addRates(a: StoredRate, b: StoredRate): StoredRate {
  const till = least(a.till, b.till)
  const parts = (a.parts ?? 1) + (b.parts ?? 1)
  return { available: a.available + b.available, parts, ...(till === undefined ? {} : { till }) }
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b)
}

const NOTHING: Usage = { waiting: 0 }

function tierUsages(
  { tiers }: Settings,
  usages: ReadonlyMap<string, Usage>,
  partitions: number,
): readonly TierUsage[] {
  const known = new Set(tiers.map(({ name }) => escapeTier(name)))
  const highestFirst = [...tiers].sort((a, b) => b.minPriority - a.minPriority)
  const gone = [...usages].filter(([name, { waiting }]) => waiting > 0 && !known.has(escapeTier(name)))
  return [
    ...highestFirst.map((tier): TierUsage => {
      const usage = usages.get(tier.name) ?? NOTHING
      const { name, weight, paused = false, maxRunning } = tier
      return {
        name,
        weight,
        paused,
        waiting: usage.waiting,
        ...(maxRunning === undefined ? {} : { running: usage.running ?? 0, maxRunning }),
        ...shared(tier, usage, partitions),
      }
    }),
    ...gone.map(
      ([name, usage]): TierUsage => ({
        name,
        weight: 0,
        paused: false,
        waiting: usage.waiting,
        ...shared({}, usage, partitions),
      }),
    ),
  ]
}

function taskTypeUsages(
  { taskTypes }: Settings,
  usages: ReadonlyMap<string, Usage>,
  partitions: number,
): readonly TaskTypeUsage[] {
  const settings = new Map(Object.entries(taskTypes))
  const names = [...new Set([...usages.keys(), ...settings.keys()])].sort().slice(0, MOST)
  return names.map((taskType) => {
    const setting = settings.get(taskType) ?? {}
    const { paused = false, maxRunning, maxDepth } = setting
    const usage = usages.get(taskType) ?? NOTHING
    return {
      taskType,
      paused,
      waiting: usage.waiting,
      running: usage.running ?? 0,
      ...(maxRunning === undefined ? {} : { maxRunning }),
      ...(maxDepth === undefined ? {} : { maxDepth }),
      ...shared(setting, usage, partitions),
    }
  })
}

function shared(
  setting: RateSetting,
  { oldest, rate }: Usage,
  partitions: number,
): { readonly oldestAt?: number; readonly rate?: RateUsage } {
  const usage = rateUsage(setting, rate, partitions)
  return {
    ...(oldest === undefined ? {} : { oldestAt: oldest }),
    ...(usage === undefined ? {} : { rate: usage }),
  }
}

/** How a rate limit over so many partitions stands; where nothing has started under it yet, the bucket is full. */
export function rateUsage(
  setting: RateSetting,
  stored: StoredRate | undefined,
  partitions: number,
): RateUsage | undefined {
  const { rateLimit } = setting
  if (rateLimit === undefined) return undefined
  const rateBurst = burstOf(setting)
  const { available, till, parts = 1 } = stored ?? { available: 0, parts: 0 }
  const left = available + (partitions - parts) * Math.floor(rateBurst / partitions)
  const until = till === undefined || left > 0 ? {} : { until: till }
  return { rateLimit, rateBurst, available: left, ...until }
}

function unservedLines(lines: readonly UnservedLine[]): readonly UnservedLine[] {
  const sums = new Map<string, UnservedLine>()
  for (const line of lines) {
    const name = JSON.stringify([line.taskType, line.version])
    const sum = sums.get(name)
    const { waiting, since } = sum ?? { waiting: 0, since: line.since }
    sums.set(name, { ...line, waiting: waiting + line.waiting, since: Math.min(since, line.since) })
  }
  return [...sums.keys()]
    .sort()
    .slice(0, MOST)
    .map((name) => sums.get(name) as UnservedLine)
}
