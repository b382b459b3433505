import type { HookName, HookPart, TaskPart } from '@dureq/dag'
import { isTerminalWorkflowStatus, type JobStatus, present, type WorkflowTaskState } from '@dureq/types'
import type { TaskView, WorkflowView } from './workflow-view.ts'

/** Where a task stands, as users are told. */
export function taskStateOf(
  { task, part }: TaskView,
  view: Pick<WorkflowView, 'head' | 'jobs'>,
): WorkflowTaskState {
  const { name } = task
  if (part === undefined) return { name, status: unbegun(view) }
  const { skipped } = part
  return {
    name,
    status: part.status === 'pending' ? unbegun(view) : statusOf(part, view),
    ...present({
      jobId: part.jobId,
      error: part.error,
      startedAt: part.startedAt,
      finishedAt: part.finishedAt,
      childWorkflowId: part.childId,
      conditionRoute: part.route,
      iterations: part.iterations,
      subflowTasks: part.generated,
      skipped: skipped === undefined ? undefined : true,
      skipReason: skipped === '' ? undefined : skipped,
    }),
  }
}

/** Where a hook stands, as users are told. */
export function hookStateOf(
  name: HookName,
  part: HookPart,
  view: Pick<WorkflowView, 'jobs'>,
): WorkflowTaskState {
  const { jobId, error, startedAt, finishedAt } = part
  return { name, status: statusOf(part, view), ...present({ jobId, error, startedAt, finishedAt }) }
}

/** What the workflow did not come to before its end will not run any more. */
function unbegun({ head }: Pick<WorkflowView, 'head'>): JobStatus {
  return isTerminalWorkflowStatus(head.status) ? 'cancelled' : 'pending'
}

const waiting: readonly (JobStatus | undefined)[] = ['pending', 'retrying', 'paused']

/** The engine knows that a job is under way; whether it waits, is retried or paused its job says. */
function statusOf({ status, jobId }: TaskPart | HookPart, { jobs }: Pick<WorkflowView, 'jobs'>): JobStatus {
  const ofJob = status === 'running' && jobId !== undefined ? jobs.get(jobId) : undefined
  return ofJob !== undefined && waiting.includes(ofJob) ? ofJob : status
}
