import type { AdvanceReply, CallKey } from '@dureq/types'
import { earlier } from './earlier.ts'
import { readEnded } from './ended.ts'
import type { PartitionKeys } from './keys.ts'
import { copySettings } from './settings.ts'
import type { Space } from './space.ts'

/** What one partition moved on, and the version of the settings it holds. */
export interface PartitionAdvance {
  readonly reply: AdvanceReply
  readonly settings: number
}

/** Moves all partitions on, and brings one whose settings lag up to date. */
export async function advanceAll(space: Space, call: CallKey, limit: number): Promise<AdvanceReply> {
  const replies = await Promise.all(
    space.partitions.map((partition) => advancePartition(space, partition, { call, piece: 0, limit })),
  )
  const version = replies[0]?.settings ?? 0
  const lagging = space.partitions.filter((_, i) => (replies[i]?.settings ?? 0) < version)
  await Promise.all(lagging.map((partition) => copySettings(space, partition)))
  return replies.map(({ reply }) => reply).reduce(join)
}

/** Moves one partition on. */
export async function advancePartition(
  space: Space,
  partition: PartitionKeys,
  { call, piece, limit }: { readonly call: CallKey; readonly piece: number; readonly limit: number },
): Promise<PartitionAdvance> {
  const args = [limit, partition.index === 0 ? '1' : '0']
  const { answer } = await space.change('advance', { partition, call, piece, args })
  const { outcomes, ended } = await readEnded(space, partition, { answer })
  const [moved, now, nextAt, settings] = outcomes.split(',')
  const due = nextAt === '' ? {} : { nextAt: Number(nextAt) }
  return { reply: { moved: Number(moved), ended, now: Number(now), ...due }, settings: Number(settings) }
}

function join(a: AdvanceReply, b: AdvanceReply): AdvanceReply {
  return {
    moved: Math.max(a.moved, b.moved),
    ended: [...a.ended, ...b.ended],
    now: a.now,
    ...earlier(a.nextAt, b.nextAt),
  }
}
