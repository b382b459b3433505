import { type InstanceCommit, type InstanceEvent, type MemberJob, withPartition } from '@dureq/types'
import { newInstanceArgs, sizeOfInstance } from './new-instance-args.ts'
import { sendingArgs } from './sending-args.ts'

type Args = readonly (string | number)[]

/** What `lua/lib/committing.lua` takes of a step of an instance of one partition. */
export function commitArgs(commit: InstanceCommit, partition: number): Args {
  const { id, version, consumed, status, state, output = '', error, continuedTo } = commit
  return [
    id,
    version,
    consumed,
    status,
    state,
    output,
    error === undefined ? '' : JSON.stringify(error),
    continuedTo === undefined ? '' : withPartition(continuedTo, partition),
    ...list(commit.acknowledge, (signal) => [signal]),
    ...partLists(commit),
    ...list(commit.enqueue, (job) => memberArgs(job, partition)),
    ...list(commit.cancel, ({ id: job, reason }) => [
      job,
      reason === undefined ? '' : JSON.stringify(reason),
    ]),
    commit.create.length,
    ...newInstanceArgs(commit.create, partition),
    ...list(commit.send, sendingArgs),
    ...list(commit.timers, ({ name, dueAt }) => [name, dueAt ?? '']),
    ...list(commit.events, (event) => eventArgs(id, event)),
  ]
}

/** A list behind its length. */
function list<Item>(items: readonly Item[], argsOf: (item: Item) => Args): Args {
  const args: (string | number)[] = [items.length]
  for (const item of items) args.push(...argsOf(item))
  return args
}

/** A part that is written twice is as it was written last. */
function partLists({ parts }: InstanceCommit): Args {
  const last = new Map(parts.map((part) => [part.name, part.text]))
  const written = [...last].filter(([, text]) => text !== undefined) as (readonly [string, string])[]
  const gone = [...last].filter(([, text]) => text === undefined)
  const marks = parts.flatMap(({ name, marks = {} }) =>
    Object.entries(marks).map(([set, order]) => [markSet(set), order ?? '', name] as const),
  )
  return [...list(written, (part) => part), ...list(gone, ([name]) => [name]), ...list(marks, (mark) => mark)]
}

/** The name of an ordered set as its key has it: without line breaks and tabs. */
export function markSet(name: string): string {
  return JSON.stringify(name).slice(1, -1)
}

/** A member to which nothing else is given is recognised by its extra; see lua/lib/plain.lua. */
function memberArgs(job: MemberJob, partition: number): Args {
  const { id, taskType, payload, priority, version = '', workflowId, workflowTask, ...common } = job
  const owner = { workflowId: withPartition(workflowId, partition), workflowTask }
  const extra = JSON.stringify({ ...owner, ...common })
  const shared = JSON.stringify(common)
  const spec = `${taskType}\n${version}\n${priority}\n\n\n${shared === '{}' ? '' : shared}`
  return [spec, extra, withPartition(id, partition), payload]
}

function eventArgs(id: string, { type, jobId = id, taskType = '', error }: InstanceEvent): Args {
  return [type, jobId, taskType, error === undefined ? '' : JSON.stringify(error)]
}

/** What one more job or message weighs beside its text, so that no script takes long. */
const ITEM_WEIGHT = 2_048

/** About how many bytes a step is worth. */
export function sizeOfCommit({ state, output = '', parts, enqueue, create, send }: InstanceCommit): number {
  let size = state.length + output.length
  for (const { text = '' } of parts) size += text.length
  for (const { payload } of enqueue) size += payload.length + ITEM_WEIGHT
  for (const instance of create) size += sizeOfInstance(instance) + ITEM_WEIGHT
  return size + send.length * ITEM_WEIGHT
}
