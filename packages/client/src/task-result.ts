import type { TaskPart } from '@dureq/dag'
import type { JsonText, JsonValue } from '@dureq/types'
import type { ClientCore } from './core.ts'
import type { WorkflowReader } from './workflow-reader.ts'

/** How a task of a workflow ended; kept as long as the workflow. */
export interface TaskResult<Output = JsonValue> {
  readonly status: 'completed' | 'failed' | 'cancelled'
  /** What its handler, its child workflow or its signal left; absent when that was nothing, or it was skipped. */
  readonly output?: Output
  /** Why it failed or was cancelled. */
  readonly error?: string
}

/** The result of a task; undefined while it has none. */
export async function readTaskResult(
  part: TaskPart,
  core: Pick<ClientCore, 'records'>,
  reader: Pick<WorkflowReader, 'head'>,
): Promise<TaskResult | undefined> {
  const { status, error } = part
  if (status === 'pending' || status === 'running') return undefined
  const output = status === 'completed' ? await outputOf(part, core, reader) : undefined
  return {
    status,
    ...(output === undefined ? {} : { output: JSON.parse(output) as JsonValue }),
    ...(error === undefined ? {} : { error }),
  }
}

/** Outputs of jobs and children stay with these. */
async function outputOf(
  { output, jobId, childId, skipped }: TaskPart,
  { records }: Pick<ClientCore, 'records'>,
  reader: Pick<WorkflowReader, 'head'>,
): Promise<JsonText | undefined> {
  if (output !== undefined) return output
  if (skipped !== undefined) return undefined
  if (jobId !== undefined) return (await records.add(jobId))?.result?.output
  return childId === undefined ? undefined : (await reader.head(childId))?.output
}
