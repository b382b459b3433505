import type { InstanceEvent } from '@dureq/types'
import type { Draft } from './draft.ts'
import { taskFacts } from './tasks.ts'

/** Tells an event of a task: with the job that carries it out, else of the workflow. */
export function tellTask(draft: Draft, name: string, type: InstanceEvent['type'], error?: string): void {
  const { task, part } = taskFacts(draft, name)
  const jobId = part.status === 'running' ? part.jobId : undefined
  draft.events.push({
    type,
    ...(jobId !== undefined && { jobId }),
    ...(task.taskType !== undefined && { taskType: task.taskType }),
    ...(error !== undefined && { error }),
  })
}

/** Tells an event of the workflow itself. */
export function tellWorkflow(draft: Draft, type: InstanceEvent['type'], error?: string): void {
  draft.events.push({ type, ...(error !== undefined && { error }) })
}
