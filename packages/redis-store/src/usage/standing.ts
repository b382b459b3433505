import type { JobRecord, Standing } from '@dureq/types'
import { runIdOf } from '@dureq/types'
import type { PartitionKeys } from '../keys.ts'
import { readJobs } from '../read-jobs.ts'
import type { Space } from '../space.ts'
import { unescapeTier } from '../tier-name.ts'
import { keyUsages, MOST_HOLDERS, type StoredUsage } from './key-usage.ts'
import { readQueues } from './queues.ts'

/** What `standing.lua` says of a firing. */
interface StoredStanding {
  readonly letter: string
  readonly now: number
  /** While it is leased. */
  readonly node?: string
  readonly n?: string
  readonly claimedAt?: number
  readonly expiresAt?: number
  readonly cancel?: string
  /** While it is in a line. */
  readonly inLine?: number
  readonly tier?: string
  readonly type?: string
  readonly keys?: readonly string[]
  readonly usages?: readonly StoredUsage[]
  /** Of a recurring job. */
  readonly recurring?: true
  readonly unfinished?: readonly string[]
}

/** Why a firing is where it is; see `InspectorRole.standing`. */
export async function readStanding(space: Space, id: string): Promise<Standing | undefined> {
  const partition = space.home(id)
  if (partition === undefined) return undefined
  // Sent in one go: the server carries them out one behind the other.
  const [[record], text] = await Promise.all([
    readJobs(space, partition, [id]),
    space.run('standing', { partition, args: [id, MOST_HOLDERS] }),
  ])
  if (record === undefined || typeof text !== 'string') return undefined
  const stored = JSON.parse(text) as StoredStanding
  const [lease, line, unfinished, keys] = await Promise.all([
    leaseOf(space, partition, id, stored),
    lineOf(space, partition, stored),
    unfinishedOf(space, partition, id, stored),
    keyUsages(space, partition, stored.keys ?? [], stored.usages ?? []),
  ])
  return {
    record,
    ...unfinished,
    ...lease,
    ...(stored.letter === 'h' ? { held: true } : {}),
    ...line,
    keys,
    now: stored.now,
  }
}

async function leaseOf(
  space: Space,
  partition: PartitionKeys,
  firingId: string,
  { letter, node, n, claimedAt = 0, expiresAt = 0, cancel = '' }: StoredStanding,
): Promise<Pick<Standing, 'lease' | 'cancelRequested'>> {
  if (node === undefined) return {}
  const nameOf = await space.names.lookup(partition, [node])
  const holder = { runId: runIdOf(firingId, Number(n)), firingId, nodeId: nameOf(node) }
  return {
    lease: { ...holder, claimedAt, expiresAt, started: letter === 'l' },
    ...(cancel === '' ? {} : { cancelRequested: JSON.parse(cancel) as string }),
  }
}

async function lineOf(
  space: Space,
  partition: PartitionKeys,
  { inLine, tier = '', type = '' }: StoredStanding,
): Promise<Pick<Standing, 'inLine' | 'tier' | 'taskType'>> {
  if (inLine === undefined) return {}
  const [queues, nameOf] = await Promise.all([readQueues(space), space.names.lookup(partition, [type])])
  const [tierName, typeName] = [unescapeTier(tier), nameOf(type)]
  const ofTier = queues.tiers.find(({ name }) => name === tierName)
  const ofType = queues.taskTypes.find(({ taskType }) => taskType === typeName)
  return {
    inLine,
    ...(ofTier === undefined ? {} : { tier: ofTier }),
    ...(ofType === undefined ? {} : { taskType: ofType }),
  }
}

async function unfinishedOf(
  space: Space,
  partition: PartitionKeys,
  id: string,
  { recurring, unfinished = [] }: StoredStanding,
): Promise<Pick<Standing, 'unfinished'>> {
  if (recurring === undefined) return {}
  const ids = unfinished.map((suffix) => `${id}:${suffix}`)
  const records = await readJobs(space, partition, ids)
  return { unfinished: records.filter((record): record is JobRecord => record !== undefined) }
}
