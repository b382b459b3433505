import type { Reply } from '../gateway.ts'
import type { PartitionKeys } from '../keys.ts'
import type { Space } from '../space.ts'
import { rootOfHead } from './head-text.ts'

/**
 * Which of these instances of one partition are still there. One that was removed is gone with all it owns, though that is
 * taken away later.
 */
export async function livingInstances(
  space: Space,
  partition: PartitionKeys,
  ids: Iterable<string>,
): Promise<ReadonlySet<string>> {
  const heads = await readAll(space, partition, [...new Set(ids)])
  const roots = [...heads.values()].flatMap((head) => rootOfHead(head) ?? [])
  const tops = await readAll(space, partition, [...new Set(roots)])
  const living = [...heads].filter(([, head]) => tops.has(rootOfHead(head) ?? '') || !rootOfHead(head))
  return new Set(living.map(([id]) => id))
}

async function readAll(
  space: Space,
  partition: PartitionKeys,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const texts = (await space.read('MGET', ...ids.map((id) => partition.key('i', id)))) as Reply[]
  return new Map(ids.flatMap((id, i) => (typeof texts[i] === 'string' ? [[id, texts[i]] as const] : [])))
}
