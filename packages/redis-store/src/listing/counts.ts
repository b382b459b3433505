import type { JobCount, JobFilter, JobStatus } from '@dureq/types'
import { jobStatuses } from '@dureq/types'
import type { Reply } from '../gateway.ts'
import type { PartitionKeys } from '../keys.ts'
import type { Space } from '../space.ts'

/** One counter of a partition. */
export interface Counter<Kind extends string = JobStatus> {
  readonly partition: PartitionKeys
  /** Of which status; of others what they count: see docs/redis-layout.md. */
  readonly status: Kind
  /** Number of the task type. */
  readonly type: string
  readonly taskType: string
  readonly count: number
}

/** The counters of jobs of all partitions that a filter covers. */
export async function readCounters(space: Space, filter: JobFilter): Promise<readonly Counter[]> {
  const { status, taskType } = filter
  return readCounts(space, status === undefined ? jobStatuses : [status], taskType)
}

/** The counters of these kinds of all partitions, of all task types or one. */
export async function readCounts<Kind extends string>(
  space: Space,
  kinds: readonly Kind[],
  taskType?: string,
): Promise<readonly Counter<Kind>[]> {
  const all = await Promise.all(space.partitions.map((partition) => countersOf(space, partition, kinds)))
  return all.flat().filter((counter) => (taskType ?? counter.taskType) === counter.taskType)
}

async function countersOf<Kind extends string>(
  space: Space,
  partition: PartitionKeys,
  kinds: readonly Kind[],
): Promise<readonly Counter<Kind>[]> {
  const wanted = new Set<string>(kinds)
  const flat = (await space.read('HGETALL', partition.of('counts'))) as Reply[]
  const counters = flat.flatMap((field, i) => {
    const [status = '', type = ''] = i % 2 === 0 ? String(field).split(':') : []
    return wanted.has(status) ? [{ status: status as Kind, type, count: Number(flat[i + 1]) }] : []
  })
  const nameOf = await space.names.lookup(
    partition,
    counters.map(({ type }) => type),
  )
  return counters.map((counter) => ({ ...counter, partition, taskType: nameOf(counter.type) }))
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
