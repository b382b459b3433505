import type { BatchProgress } from './batch/batch.ts'

/** Every event of the log, by the seed's names. */
export const eventTypes = [
  'job.enqueued',
  'job.scheduled',
  'job.dispatched',
  'job.started',
  'job.completed',
  'job.failed',
  'job.retrying',
  'job.dead',
  'job.cancelled',
  'job.paused',
  'job.resumed',
  'job.schedule_to_start_timeout',
  'job.auto_recovered',
  'node.joined',
  'node.left',
  'node.crash_detected',
  'leader.elected',
  'leader.lost',
  'schedule.created',
  'schedule.removed',
  'schedule.skipped',
  'workflow.started',
  'workflow.completed',
  'workflow.failed',
  'workflow.cancelled',
  'workflow.timed_out',
  'workflow.retrying',
  'workflow.suspended',
  'workflow.resumed',
  'workflow.signal.received',
  'workflow.task.dispatched',
  'workflow.task.completed',
  'workflow.task.failed',
  'workflow.task.panicked',
  'workflow.hook.dispatched',
  'workflow.hook.completed',
  'workflow.hook.failed',
  'batch.started',
  'batch.completed',
  'batch.failed',
  'batch.cancelled',
  'batch.timed_out',
  'batch.retrying',
  'batch.onetime.completed',
  'batch.onetime.failed',
  'batch.item.completed',
  'batch.item.failed',
  'batch.progress',
  'group.flushed',
  'group.failed',
  'queue.unserved',
] as const

/** The name of an event. */
export type EventType = (typeof eventTypes)[number]

/**
 * One entry of the event log. The store writes it in the same step as the change it tells of, so an event
 * is neither lost nor told twice (I10). Workflow and batch events carry the owner's id as `jobId`.
 */
export interface JobEvent {
  readonly type: EventType
  /** The store's clock when the change happened, epoch ms. */
  readonly timestamp: number
  /** Every job event has it, with `taskType` and `attempt`. */
  readonly jobId?: string
  /** In what happens to a firing of a recurring job: the firing. What happens to that job itself has none. */
  readonly firingId?: string
  /** The run that the step begins, ends or takes back: all job events of such a step name it. */
  readonly runId?: string
  /** The node of that run; in a node event the node itself. */
  readonly nodeId?: string
  readonly taskType?: string
  /**
   * Why: the error of the run in `job.failed` and `job.paused`, of the result in `job.dead`, `job.cancelled` and
   * `job.schedule_to_start_timeout`; `skip` or `skip: reason` in `job.completed`. Other job events have none.
   */
  readonly error?: string
  /** The job's attempt after the change; a started run's own attempt. */
  readonly attempt?: number
  readonly batchProgress?: BatchProgress
  readonly affectedRunIds?: readonly string[]
  readonly workflowId?: string
  /** In `queue.unserved`: the version that waits, if it is one. */
  readonly version?: string
}
