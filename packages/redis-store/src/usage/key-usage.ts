import { type KeyUsage, partitionOfKey, runIdOf } from '@dureq/types'
import type { Reply } from '../gateway.ts'
import type { PartitionKeys } from '../keys.ts'
import { readSettings } from '../settings.ts'
import type { Space } from '../space.ts'
import { rateUsage, type StoredRate } from './queues.ts'

/** How a key is used, as `lib/usage.lua` says it. */
export interface StoredUsage {
  readonly limit?: number
  readonly running: number
  readonly waiting: number
  readonly holders?: readonly { readonly id: string; readonly n: string; readonly node: string }[]
  readonly rate?: StoredRate
  readonly throttledUntil?: number
}

/** Most leases that are named. */
export const MOST_HOLDERS = 100

/** Who holds concurrency keys of one partition, and what holds for them. */
async function readKeyUsages(
  space: Space,
  partition: PartitionKeys,
  keys: readonly string[],
): Promise<readonly KeyUsage[]> {
  if (keys.length === 0) return []
  const replies = await space.run('key-usage', { partition, args: [MOST_HOLDERS, ...keys] })
  const stored = (replies as Reply[]).map((text) => JSON.parse(String(text)) as StoredUsage)
  return keyUsages(space, partition, keys, stored)
}

/** The same of what was read before. */
export async function keyUsages(
  space: Space,
  partition: PartitionKeys,
  keys: readonly string[],
  stored: readonly StoredUsage[],
): Promise<readonly KeyUsage[]> {
  if (keys.length === 0) return []
  const settings = await readSettings(space)
  const nodes = stored.flatMap(({ holders = [] }) => holders.map(({ node }) => node))
  const nameOf = await space.names.lookup(partition, nodes)
  const limits = new Map(Object.entries(settings.keys))
  return keys.map((key, i) => {
    const { holders = [], rate, throttledUntil, limit, running, waiting } = stored[i] as StoredUsage
    const usage = rateUsage(limits.get(key) ?? {}, rate, 1)
    return {
      key,
      ...(limit === undefined ? {} : { limit }),
      running,
      holders: holders.map(({ id, n, node }) => ({
        runId: runIdOf(id, Number(n)),
        firingId: id,
        nodeId: nameOf(node),
      })),
      waiting,
      ...(usage === undefined ? {} : { rate: usage }),
      ...(throttledUntil === undefined ? {} : { throttledUntil }),
    }
  })
}

/** Who holds a concurrency key, and what holds for it; see `InspectorRole.key`. */
export async function readKeyUsage(space: Space, key: string): Promise<KeyUsage> {
  const home = space.partitions[partitionOfKey(key, space.partitions.length)] as PartitionKeys
  const [usage] = await readKeyUsages(space, home, [key])
  return usage as KeyUsage
}
