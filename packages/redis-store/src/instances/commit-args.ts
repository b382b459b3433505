import type { InstanceCommit, InstanceEvent, MemberJob, NewJob } from '@dureq/types'
import { withPartition } from '@dureq/types'
import { strayKeys } from '../home.ts'
import { specOf } from '../spec.ts'
import { escaped } from './escaped.ts'
import { type Args, list, texts } from './lists.ts'
import { type MemberTerms, memberTerms, sharedOf } from './member-terms.ts'
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
    ...jobArgs(commit, partition, partitions),
    ...list(commit.cancel, ({ id: job, reason }) => [job, jsonOr(reason)]),
    commit.create.length,
    ...newInstanceArgs(commit.create, partition),
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

/** Jobs, those in a row that share a spec behind it. */
function jobArgs({ id, enqueue }: InstanceCommit, partition: number, partitions: number): Args {
  const args: (string | number)[] = [0]
  let [rows, spec, countAt] = [0, '', 0]
  for (const job of enqueue) {
    const terms = termsOf(job, { id, partition, partitions })
    if (rows === 0 || terms.spec !== spec) {
      spec = terms.spec
      countAt = args.push(spec, 0) - 1
      args[0] = ++rows
    }
    args.push(terms.extra, withPartition(job.id, partition), job.payload)
    args[countAt] = (args[countAt] as number) + 3
  }
  return args
}

/** Where the jobs of a commit live. */
interface Home {
  /** Of the instance. */
  readonly id: string
  readonly partition: number
  readonly partitions: number
}

/**
 * Spec and extra of a job; of a task of the workflow itself that is given nothing else, the name stands for the extra. One whose
 * concurrency keys live elsewhere is stored dead, for the step itself cannot be refused: an error (JSON) stands behind `!` in
 * the place of its time.
 */
function termsOf(job: MemberJob | NewJob, { id, partition, partitions }: Home): MemberTerms {
  const { taskType, priority, version = '', workflowId, batchId, workflowTask = '' } = job
  const stray = strayKeys(job, partition, partitions)
  const when = stray === undefined ? '' : `!${JSON.stringify(stray.message)}`
  if (workflowId === undefined && batchId === undefined) return { spec: otherSpec(job, when), extra: '' }
  const shared = sharedOf(job)
  const isTask = shared === '' && workflowId === id
  const extra = isTask ? JSON.stringify(workflowTask) : memberTerms(job, partition).extra
  return { spec: `${taskType}\n${version}\n${priority}\n\n${when}\n${shared}`, extra }
}

/** Line of a spec with the time of its jobs. */
const WHEN = 4

function otherSpec(job: NewJob, when: string): string {
  if (when === '') return specOf(job)
  const spec = specOf(job).split('\n')
  spec[WHEN] = when
  return spec.join('\n')
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

/** What one more job or message weighs beside its text, so that no script takes long. */
const ITEM_WEIGHT = 2_048

/** About how many bytes a step is worth. */
export function sizeOfCommit({ state, output = '', parts, enqueue, create, send }: InstanceCommit): number {
  let size = state.length + output.length + sizeOfParts(parts)
  for (const { payload } of enqueue) size += payload.length + ITEM_WEIGHT
  for (const instance of create) size += sizeOfInstance(instance) + ITEM_WEIGHT
  return size + send.length * ITEM_WEIGHT
}
