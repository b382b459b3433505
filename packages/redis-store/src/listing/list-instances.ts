import type {
  InstanceCount,
  InstanceFilter,
  InstanceHead,
  InstanceKind,
  Page,
  PageRequest,
  WorkflowStatus,
} from '@dureq/types'
import type { Reply } from '../gateway.ts'
import type { PartitionKeys } from '../keys.ts'
import type { Space } from '../space.ts'
import { countGroups, groupCounters, type InstanceCounter } from './group-counters.ts'
import { pageOfSorted } from './page-of-sorted.ts'
import { readInstances } from './read-instances.ts'

/** One page of instances; see `InspectorRole.listInstances`. */
export async function listInstances(
  space: Space,
  kind: InstanceKind,
  filter: InstanceFilter,
  page: PageRequest,
): Promise<Page<InstanceHead>> {
  const counters =
    kind === 'group' ? await groupCounters(space, filter) : await namedCounters(space, kind, filter)
  return pageOfSorted(space, counters, {
    page,
    total: counters.reduce((sum, { count }) => sum + count, 0),
    listing: JSON.stringify([kind, filter.status ?? '', filter.name ?? '']),
    read: async (candidates) => {
      const heads = await readInstances(space, candidates)
      // One may have moved on since the set was read.
      return heads.map((head) => (head && (filter.status ?? head.status) === head.status ? head : undefined))
    },
  })
}

/** What counts the workflows or batches that fit a filter, and the sets they are listed in. */
export async function namedCounters(
  space: Space,
  kind: InstanceKind,
  filter: InstanceFilter,
): Promise<readonly InstanceCounter[]> {
  return (await readCounters(space, kind)).filter(
    ({ status, name }) => (filter.status ?? status) === status && (filter.name ?? name) === name,
  )
}

/** Instances of a kind by name and status over all partitions. */
export async function countInstances(space: Space, kind: InstanceKind): Promise<readonly InstanceCount[]> {
  if (kind === 'group') return countGroups(space)
  const sums = new Map<string, InstanceCount>()
  for (const { name, status, count } of await readCounters(space, kind)) {
    const key = `${status} ${name}`
    sums.set(key, { name, status, count: count + (sums.get(key)?.count ?? 0) })
  }
  return [...sums.values()]
}

async function readCounters(space: Space, kind: InstanceKind): Promise<readonly InstanceCounter[]> {
  const all = await Promise.all(space.partitions.map((partition) => countersOf(space, partition, kind)))
  return all.flat()
}

async function countersOf(
  space: Space,
  partition: PartitionKeys,
  kind: InstanceKind,
): Promise<readonly InstanceCounter[]> {
  const flat = (await space.read('HGETALL', partition.of('instances'))) as Reply[]
  const fields = flat.filter((_, i) => i % 2 === 0).map((field) => String(field).split(':'))
  const nameOf = await space.names.lookup(
    partition,
    fields.map(([, , name = '']) => name),
  )
  return fields.flatMap(([of, status, name = ''], i) =>
    of === kind
      ? [
          {
            partition,
            key: partition.key('list', `${of}:${status}:${name}`),
            status: status as WorkflowStatus,
            name: nameOf(name),
            count: Number(flat[i * 2 + 1]),
          },
        ]
      : [],
  )
}
