export type { NewWorkflow } from './begin-workflow.ts'
export { beginWorkflow } from './begin-workflow.ts'
export { ownPayload } from './beginning.ts'
export { defineWorkflow } from './define-workflow.ts'
export { upstreamPayload } from './envelope.ts'
export type { WorkflowGraph } from './graph.ts'
export { compileWorkflow } from './graph.ts'
export { initialState } from './initial-state.ts'
export { keysOfDefinition } from './keys-of-definition.ts'
export { textAt, unmetPrecondition } from './precondition.ts'
export { MAX_DEFINITION_BYTES, MAX_TASKS } from './reading.ts'
export { readyOrder } from './ready-order.ts'
export type { ResolvedWorkflow, ResolveOptions } from './resolve.ts'
export { checkWorkflow, childDefinition, resolveWorkflow } from './resolve.ts'
export type { BadOutput, ChosenRoute } from './route.ts'
export { chooseRoute, readAddedTasks, readRoute } from './route.ts'
export type { Ending, HookName, HookPart, Mark, TaskPart, WorkflowState } from './state.ts'
export { hookNames, hookOfTaskName, hookPartName, hookTaskName, MAX_DEPTH, taskPartName } from './state.ts'
export type { AddedTasks, AddingTo } from './subflow.ts'
export { checkAddedTasks } from './subflow.ts'
export type { JobDraft } from './task-job.ts'
export { taskJob } from './task-job.ts'
export type { HeldTask } from './task-lines.ts'
export {
  isApart,
  joinTaskLines,
  MOST_TOGETHER,
  readHeldTasks,
  splitTaskLines,
  taskLine,
} from './task-lines.ts'
export type { InputArguments, TypedWorkflow, WorkflowInput, WorkflowOutput } from './typed-workflow.ts'
export type { WorkflowBuilder, WorkflowSettings } from './workflow-builder.ts'
