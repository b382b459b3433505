import { type JsonText, type NewId, type NewInstance, present } from '@dureq/types'
import type { ResolvedWorkflow } from './resolve.ts'
import type { WorkflowState } from './state.ts'
import { taskJob } from './task-job.ts'
import { begunLine, joinTaskLines } from './task-lines.ts'

/** A workflow that is about to be created. */
export interface NewWorkflow {
  readonly id: string
  readonly resolved: Pick<ResolvedWorkflow, 'definition' | 'beginning'>
  readonly input?: JsonText | undefined
  /** How many workflows stand above it. Default: 0. */
  readonly depth?: number
  /** Of its jobs (`WorkflowState.headers`). */
  readonly headers?: WorkflowState['headers']
}

/**
 * What a workflow is created with. Where its first step needs no more than its definition and input, as nearly always, that is
 * the state this step comes to and the jobs of the tasks that depend on nothing: what an engine would make of the message
 * `started`, but a trip earlier. Else it is the state in which an engine begins.
 */
export function beginWorkflow(workflow: NewWorkflow, newId: NewId): Pick<NewInstance, 'state' | 'begins'> {
  const { id, resolved, input = 'null', depth = 0, headers } = workflow
  const { definition, beginning } = resolved
  const { roots } = beginning
  const state: WorkflowState = { ...beginning.state, depth, ...present({ headers }) }
  if (roots === undefined) return { state: JSON.stringify(state) }
  const owner = { id, definition, state }
  const lines = definition.tasks.map(() => '')
  const begins = roots.map(({ payload = input, place, ...root }) => {
    const job = taskJob(owner, { ...root, payload }, newId)
    lines[place] = begunLine(job.id)
    return job
  })
  const tasks = joinTaskLines(lines)
  const begun: WorkflowState = { ...state, phase: 'tasks', active: roots.length, tasks }
  return { state: JSON.stringify(begun), begins }
}
