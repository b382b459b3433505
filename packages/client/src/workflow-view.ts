import type { HookName, HookPart, TaskPart, WorkflowState } from '@dureq/dag'
import type { InstanceHead, JobStatus, WorkflowDefinition, WorkflowTask } from '@dureq/types'

/** What has been read of one workflow, or of a stretch of its tasks. */
export interface WorkflowView {
  readonly head: InstanceHead
  readonly state: WorkflowState
  /** As it was enqueued, with all its tasks. */
  readonly definition: WorkflowDefinition
  /** The tasks that were read, those of the definition before those that subflows have added. */
  readonly tasks: readonly TaskView[]
  /** The hooks that have begun. */
  readonly hooks: ReadonlyMap<HookName, HookPart>
  /** The most tasks that are shown, of it and of each of its children. */
  readonly limit: number
  /** How many tasks it has in all. */
  readonly total: number
  /** Where the jobs of tasks and hooks under way stand, by id. */
  readonly jobs: ReadonlyMap<string, JobStatus>
}

/** One task of a workflow as it was read. */
export interface TaskView {
  readonly task: WorkflowTask
  /** Absent when nothing has happened to it. */
  readonly part?: TaskPart | undefined
}
