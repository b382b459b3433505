import type { InstanceEvent } from '@dureq/types'
import type { Draft } from './draft.ts'
import { taskFacts } from './tasks.ts'

/** Tells an event of a task: with the job that carries it out, else of the workflow. */
export function tellTask(draft: Draft, name: string, type: InstanceEvent['type'], error?: string): void {
  const { task, part } = taskFacts(draft, name)
  const jobId = part.status === 'running' ? part.jobId : undefined
  const event: { -readonly [Name in keyof InstanceEvent]: InstanceEvent[Name] } = { type }
  if (jobId !== undefined) event.jobId = jobId
  if (task.taskType !== undefined) event.taskType = task.taskType
  if (error !== undefined) event.error = error
  draft.events.push(event)
}

/** Tells an event of the workflow itself. */
export function tellWorkflow(draft: Draft, type: InstanceEvent['type'], error?: string): void {
  draft.events.push({ type, ...(error !== undefined && { error }) })
}
