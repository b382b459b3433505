import type { JobCount, JobFilter, JobStatus } from '@dureq/types'
import type { Reply } from '../gateway.ts'
import type { PartitionKeys } from '../keys.ts'
import type { Space } from '../space.ts'

/** One counter of a partition. */
export interface Counter {
  readonly partition: PartitionKeys
  readonly status: JobStatus
  /** Number of the task type. */
  readonly type: string
  readonly taskType: string
  readonly count: number
}

/** The counters of all partitions that a filter covers. */
export async function readCounters(space: Space, filter: JobFilter): Promise<readonly Counter[]> {
  const all = await Promise.all(space.partitions.map((partition) => countersOf(space, partition)))
  return all
    .flat()
    .filter(
      ({ status, taskType }) =>
        (filter.status ?? status) === status && (filter.taskType ?? taskType) === taskType,
    )
}

async function countersOf(space: Space, partition: PartitionKeys): Promise<readonly Counter[]> {
  const flat = (await space.read('HGETALL', partition.of('counts'))) as Reply[]
  const fields = flat
    .filter((_, i) => i % 2 === 0)
    .map((field) => String(field).split(':') as [JobStatus, string])
  const nameOf = await space.names.lookup(
    partition,
    fields.map(([, type]) => type),
  )
  return fields.map(([status, type], i) => ({
    partition,
    status,
    type,
    taskType: nameOf(type),
    count: Number(flat[i * 2 + 1]),
  }))
}

/** Jobs by task type and status over all partitions. */
export async function countJobs(space: Space): Promise<readonly JobCount[]> {
  const sums = new Map<string, JobCount>()
  for (const { taskType, status, count } of await readCounters(space, {})) {
    const key = `${status} ${taskType}`
    sums.set(key, { taskType, status, count: count + (sums.get(key)?.count ?? 0) })
  }
  return [...sums.values()]
}
