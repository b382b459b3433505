import type { InstanceCount, InstanceFilter, WorkflowStatus } from '@dureq/types'
import { workflowStatuses } from '@dureq/types'
import type { Reply } from '../gateway.ts'
import { escaped } from '../instances/escaped.ts'
import { readHeads } from '../instances/read-heads.ts'
import type { PartitionKeys } from '../keys.ts'
import type { Space } from '../space.ts'

/** One counter of a partition. */
export interface InstanceCounter extends InstanceCount {
  readonly partition: PartitionKeys
  /** The sorted set of what it counts, by creation. */
  readonly key: string
}

/** Groups have no counters by name: the sets they are listed in are counted; that of no name holds them all. */
export async function groupCounters(
  space: Space,
  { name = '', status: only }: InstanceFilter,
): Promise<readonly InstanceCounter[]> {
  const statuses = only === undefined ? workflowStatuses : [only]
  const counters = await Promise.all(
    space.partitions.flatMap((partition) =>
      statuses.map(async (status): Promise<InstanceCounter> => {
        const key = partition.key('list', `group:${status}:${escaped(name)}`)
        return { partition, key, name, status, count: Number(await space.read('ZCARD', key)) }
      }),
    ),
  )
  return counters.filter(({ count }) => count > 0)
}

/** Heads read at once. */
const PAGE = 500

/** Groups by name and status: all of them are looked at. */
export async function countGroups(space: Space): Promise<readonly InstanceCount[]> {
  const sums = new Map<string, InstanceCount>()
  for (const counter of await groupCounters(space, {})) {
    for await (const name of namesIn(space, counter)) {
      const { status } = counter
      const key = `${status} ${name}`
      sums.set(key, { name, status, count: 1 + (sums.get(key)?.count ?? 0) })
    }
  }
  return [...sums.values()]
}

async function* namesIn(
  space: Space,
  {
    partition,
    key,
  }: { readonly partition: PartitionKeys; readonly key: string; readonly status: WorkflowStatus },
): AsyncGenerator<string> {
  for (let from = 0; ; from += PAGE) {
    const ids = ((await space.read('ZRANGE', key, from, from + PAGE - 1)) as Reply[]).map(String)
    for (const head of await readHeads(space, partition, ids)) {
      if (head !== undefined) yield head.name
    }
    if (ids.length < PAGE) return
  }
}
