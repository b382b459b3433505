import type { InstanceCommit, InstanceEvent, MemberJob, NewJob } from '@dureq/types'
import { withPartition } from '@dureq/types'
import { specOf } from '../spec.ts'
import { escaped } from './escaped.ts'
import { type Args, list, texts } from './lists.ts'
import { memberTerms } from './member-terms.ts'
import { newInstanceArgs, sizeOfInstance } from './new-instance-args.ts'
import { partArgs, sizeOfParts } from './part-args.ts'
import { sendingArgs } from './sending-args.ts'

/** What `lua/lib/committing.lua` takes of a step of an instance of one partition. */
export function commitArgs(commit: InstanceCommit, partition: number): Args {
  const { id } = commit
  return [
    ...headArgs(commit, partition),
    ...texts(commit.acknowledge),
    ...partArgs(commit.parts),
    ...list(commit.enqueue, (job) => jobArgs(job, partition)),
    ...list(commit.cancel, ({ id: job, reason }) => [job, jsonOr(reason)]),
    commit.create.length,
    ...newInstanceArgs(commit.create, partition),
    ...list(commit.send, sendingArgs),
    ...list(commit.timers, ({ name, dueAt }) => [name, dueAt ?? '']),
    ...list(commit.events, (event) => eventArgs(id, event)),
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

/** Spec, extra of a member, id and payload of a job. */
function jobArgs(job: MemberJob | NewJob, partition: number): Args {
  const { id, taskType, payload, priority, version = '', workflowId, batchId } = job
  if (workflowId === undefined && batchId === undefined) return otherArgs(job, partition)
  const { spec, extra } = memberTerms(job, partition)
  return [`${taskType}\n${version}\n${priority}\n\n\n${spec}`, extra, withPartition(id, partition), payload]
}

function otherArgs(job: NewJob, partition: number): Args {
  return [specOf(job), '', withPartition(job.id, partition), job.payload]
}

function eventArgs(id: string, event: InstanceEvent): Args {
  const { type, jobId = id, taskType = '', error, batchProgress } = event
  return [type, jobId, taskType, jsonOr(error), jsonOr(batchProgress)]
}

/** What one more job or message weighs beside its text, so that no script takes long. */
const ITEM_WEIGHT = 2_048

/** About how many bytes a step is worth. */
export function sizeOfCommit({ state, output = '', parts, enqueue, create, send }: InstanceCommit): number {
  let size = state.length + output.length + sizeOfParts(parts)
  for (const { payload } of enqueue) size += payload.length + ITEM_WEIGHT
  for (const instance of create) size += sizeOfInstance(instance) + ITEM_WEIGHT
  return size + send.length * ITEM_WEIGHT
}
