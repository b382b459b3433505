import { type InstanceCommit, type InstanceEvent, withPartition } from '@dureq/types'
import { escaped } from './escaped.ts'
import { jobArgs, sizeOfJobs } from './job-args.ts'
import { type Args, list, texts } from './lists.ts'
import { newInstanceArgs, sizeOfInstance } from './new-instance-args.ts'
import { partArgs, sizeOfParts } from './part-args.ts'
import { sendingArgs } from './sending-args.ts'

/** What `lua/lib/committing.lua` takes of a step of an instance of one partition. */
export function commitArgs(commit: InstanceCommit, partition: number, partitions: number): Args {
  const { id } = commit
  return [
    ...headArgs(commit, partition),
    ...texts(commit.acknowledge),
    ...partArgs(commit.parts),
    ...jobArgs(commit.enqueue, { id, partition, partitions }),
    ...list(commit.cancel, ({ id: job, reason }) => [job, jsonOr(reason)]),
    commit.create.length,
    ...newInstanceArgs(commit.create, partition, partitions),
    ...list(commit.send, sendingArgs),
    ...list(commit.timers, ({ name, dueAt }) => [name, dueAt ?? '']),
    ...eventArgs(id, commit.events),
  ]
}

function headArgs(commit: InstanceCommit, partition: number): Args {
  const { id, version, consumed, status, state, output = '', error, continuedTo, input = '', queue } = commit
  return [
    id,
    version,
    consumed,
    status,
    state,
    output,
    jsonOr(error),
    continuedTo === undefined ? '' : withPartition(continuedTo, partition),
    input,
    commit.remove ? '1' : '',
    queue === undefined ? '' : escaped(queue),
  ]
}

/** As JSON, or nothing. */
function jsonOr(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value)
}

/** Events in a row that differ only in their jobs share what follows these. */
function eventArgs(id: string, events: readonly InstanceEvent[]): Args {
  const args: (string | number)[] = [0]
  let last: InstanceEvent | undefined
  let count = 0
  for (const event of events) {
    const { type, jobId = id, taskType = '', error, batchProgress } = event
    if (last !== undefined && isAlike(last, event)) args[args.length - 4] += `,${jobId}`
    else {
      args.push(type, jobId, taskType, jsonOr(error), jsonOr(batchProgress))
      count++
    }
    last = event
  }
  args[0] = count
  return args
}

function isAlike(one: InstanceEvent, other: InstanceEvent): boolean {
  if (one.type !== other.type || one.taskType !== other.taskType) return false
  return [one, other].every(({ error, batchProgress }) => error === undefined && batchProgress === undefined)
}

/** What one more instance or message weighs beside its text, so that no script takes long. */
const ITEM_WEIGHT = 2_048

/** About how many bytes a step is worth. */
export function sizeOfCommit({ state, output = '', parts, enqueue, create, send }: InstanceCommit): number {
  let size = state.length + output.length + sizeOfParts(parts) + sizeOfJobs(enqueue)
  for (const instance of create) size += sizeOfInstance(instance) + ITEM_WEIGHT
  return size + send.length * ITEM_WEIGHT
}
