import {
  type CallKey,
  type Collected,
  type CollectOutcome,
  homePartition,
  type InstancesRole,
  withPartition,
} from '@dureq/types'
import type { PartitionKeys } from '../keys.ts'
import { cut, type Piece } from '../pieces.ts'
import { copySettings } from '../settings.ts'
import type { Space } from '../space.ts'
import { escaped } from './escaped.ts'
import type { Args } from './lists.ts'

/**
 * Puts tasks into their groups; see `InstancesRole.collect`. The first piece of a call that takes something decides that the
 * settings are the right ones; from then on the others take theirs as well, so that a call happens wholly or not at all.
 */
export function createCollector(space: Space): InstancesRole['collect'] {
  return async (call, settingsVersion, messages) => {
    const outcomes: CollectOutcome[] = []
    const pieces = cut(
      messages,
      (message) => homeOf(space, message),
      ({ payload }) => payload.length,
    )
    const note = ({ places }: Piece<Collected>, texts: readonly string[]): void =>
      texts.forEach((text, i) => {
        outcomes[places[i] as number] = readOutcome(text)
      })
    const [first, ...others] = pieces
    if (first === undefined) return outcomes
    const again = { ...first, piece: pieces.length }
    const texts =
      (await collectPiece(space, call, { piece: first, settingsVersion })) ??
      (await collectPiece(space, call, { piece: again, settingsVersion }))
    if (texts === undefined) return 'stale'
    note(first, texts)
    await Promise.all(
      others.map(async (piece) => note(piece, (await collectPiece(space, call, { piece })) ?? [])),
    )
    return outcomes
  }
}

interface Collecting {
  readonly piece: Piece<Collected>
  /** Absent: whatever the settings are. */
  readonly settingsVersion?: number
}

/** Undefined when the settings are at another version. Where they lag they are up to date then. */
async function collectPiece(
  space: Space,
  call: CallKey,
  { piece: { partition, piece, items }, settingsVersion }: Collecting,
): Promise<readonly string[] | undefined> {
  const args = [settingsVersion ?? '', ...items.flatMap((message) => messageArgs(message, partition))]
  const { answer } = await space.change('collect', { partition, call, piece, args, leavesNow: true })
  const [, version] = /^stale:(\d+)$/.exec(answer) ?? []
  if (version === undefined) return answer.split(',')
  if (Number(version) < (settingsVersion as number)) await copySettings(space, partition)
  return undefined
}

function messageArgs({ id, group, taskType, payload, setting }: Collected, { index }: PartitionKeys): Args {
  const { key, gracePeriodMs, maxDelayMs, maxSize } = setting
  const queue = escaped(`group:${key}`)
  const type = JSON.stringify(taskType)
  return [
    id,
    withPartition(id, index),
    escaped(group),
    type,
    payload,
    queue,
    gracePeriodMs,
    maxDelayMs,
    maxSize,
  ]
}

/** The messages of one group meet in one partition. */
function homeOf(space: Space, { group, taskType }: Collected): PartitionKeys {
  const draft = { id: '', requestId: `${group}\n${taskType}` }
  return space.partitions[homePartition(draft, space.partitions.length)] as PartitionKeys
}

function readOutcome(text: string): CollectOutcome {
  const [id = '', size] = text.split(':')
  return { id, size: Number(size) }
}
