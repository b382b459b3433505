import { ownPayload, unmetPrecondition, upstreamPayload } from '@dureq/dag'
import type { JsonText, WorkflowTask } from '@dureq/types'
import type { Draft } from './draft.ts'
import { factsOf, wantTasks } from './tasks.ts'

/** What a task is to be given, or why it cannot be. */
export type Payload =
  | { readonly kind: 'payload'; readonly text: JsonText | undefined }
  | { readonly kind: 'none'; readonly error: string }

/**
 * The payload of a task: its own, else for one that depends on nothing the input of the workflow, else nothing; wrapped
 * together with the output it asks for.
 */
export function payloadOf(draft: Draft, task: WorkflowTask): Payload {
  const own = ownPayload(task)
  const upstream = resultFrom(task)
  if (upstream === undefined) {
    const isRoot = (task.dependsOn ?? []).length === 0
    return { kind: 'payload', text: own ?? (isRoot ? draft.known.head.input : undefined) }
  }
  const output = outputOf(draft, upstream)
  if (output !== undefined) return { kind: 'payload', text: upstreamPayload(output, own) }
  return { kind: 'none', error: `it needs the output of task ${JSON.stringify(upstream)}, which has none` }
}

/** Why a task is to be skipped; undefined when its preconditions hold. */
export function unmetOf(draft: Draft, { preconditions }: WorkflowTask): string | undefined {
  if (preconditions === undefined || preconditions.length === 0) return undefined
  return unmetPrecondition(preconditions, (name) => outputOf(draft, name))
}

/** Notes the outputs that dispatching a task will read. */
export function wantOutputs(draft: Draft, task: WorkflowTask): void {
  const upstream = resultFrom(task)
  const names = [
    ...(upstream === undefined ? [] : [upstream]),
    ...(task.preconditions ?? []).map((p) => p.task),
  ]
  wantTasks(draft, names)
  for (const name of names) outputOf(draft, name)
}

/** What a task has returned; undefined when it did not complete, was skipped, or returned nothing. */
export function outputOf(draft: Draft, name: string): JsonText | undefined {
  const part = factsOf(draft, name)?.part
  if (part?.status !== 'completed' || part.skipped !== undefined) return undefined
  if (part.output !== undefined) return part.output
  if (part.jobId === undefined && part.childId === undefined) return undefined
  const fresh = draft.outputs.get(name)
  const output = fresh === undefined ? draft.known.outputs.get(name) : fresh
  if (output === undefined) draft.missing.outputs.add(name)
  return output ?? undefined
}

function resultFrom(task: WorkflowTask): string | undefined {
  return 'resultFrom' in task ? task.resultFrom : undefined
}
