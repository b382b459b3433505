import {
  type CreateOutcome,
  type InstanceHead,
  type InstancesRole,
  MAX_LINKS,
  type NewInstance,
  type RemoveOutcome,
  type SendOutcome,
  type WorkflowStatus,
  withPartition,
} from '@dureq/types'
import { homeOfKeys } from '../home.ts'
import type { PartitionKeys } from '../keys.ts'
import { byPartition, cut } from '../pieces.ts'
import type { Space } from '../space.ts'
import { createAppender } from './append.ts'
import { createCollector } from './collect.ts'
import { texts } from './lists.ts'
import { newInstanceArgs, sizeOfInstance } from './new-instance-args.ts'
import { readHeads } from './read-heads.ts'
import { readSendOutcome, sendingArgs } from './sending-args.ts'

/** The `instances` role on Redis. */
export function createInstances(space: Space): InstancesRole {
  return {
    async create(call, instances) {
      const outcomes: CreateOutcome[] = []
      const pieces = cut(instances, (instance) => homeOf(space, instance), sizeOfInstance)
      await Promise.all(
        pieces.map(async ({ partition, piece, items, places }) => {
          const { index } = partition
          const ids = items.map(({ id }) => withPartition(id, index))
          const args = [...texts(ids), ...newInstanceArgs(items, index, space.partitions.length)]
          const { answer } = await space.change('create', { partition, call, piece, args, leavesNow: true })
          const [time, ...others] = answer.split(',')
          others.forEach((other, i) => {
            const id = ids[i] as string
            outcomes[places[i] as number] =
              other === ''
                ? { kind: 'created', id, createdAt: Number(time) }
                : { kind: 'repeated', id: other }
          })
        }),
      )
      return outcomes
    },

    async send(call, messages) {
      const outcomes: SendOutcome[] = messages.map(() => ({ kind: 'unknown' }))
      const pieces = cut(
        messages,
        ({ to }) => space.home(to),
        ({ message }) => (message.kind === 'signal' ? (message.payload?.length ?? 0) : 0),
      )
      await Promise.all(
        pieces.map(async ({ partition, piece, items, places }) => {
          const args = items.flatMap(sendingArgs)
          const { answer } = await space.change('send', { partition, call, piece, args, leavesNow: true })
          answer.split(',').forEach((text, i) => {
            outcomes[places[i] as number] = readSendOutcome(text)
          })
        }),
      )
      return outcomes
    },

    append: createAppender(space),

    collect: createCollector(space),

    async remove(call, ids) {
      const outcomes: RemoveOutcome[] = ids.map(() => ({ kind: 'unknown' }))
      await Promise.all(
        byPartition(space, ids).map(async ({ partition, piece, items, places }) => {
          const { answer } = await space.change('remove', { partition, call, piece, args: items })
          answer.split(',').forEach((text, i) => {
            outcomes[places[i] as number] = readRemoveOutcome(text)
          })
        }),
      )
      return outcomes
    },

    async newest(ids) {
      const newest = [...ids]
      await Promise.all(
        byPartition(space, ids).map(async ({ partition, items, places }) => {
          const found = (await space.run('newest', { partition, args: [MAX_LINKS, ...items] })) as string[]
          for (const [i, place] of places.entries()) newest[place] = found[i] as string
        }),
      )
      return newest
    },

    async get(ids) {
      const found: (InstanceHead | undefined)[] = ids.map(() => undefined)
      await Promise.all(
        byPartition(space, ids).map(async ({ partition, items, places }) => {
          const heads = await readHeads(space, partition, items)
          heads.forEach((head, i) => {
            found[places[i] as number] = head
          })
        }),
      )
      return found
    },
  }
}

function homeOf(space: Space, { id, requestId, concurrencyKeys }: NewInstance): PartitionKeys {
  const home = homeOfKeys({ id, requestId, concurrencyKeys }, space.partitions.length)
  return space.partitions[home] as PartitionKeys
}

function readRemoveOutcome(text: string): RemoveOutcome {
  const [kind, detail = ''] = text.split(':')
  if (kind === 'refused') return { kind, status: detail as WorkflowStatus }
  if (kind === 'owned') return { kind, ownerId: detail }
  return { kind: kind === 'done' ? kind : 'unknown' }
}
