import type { JsonText, WorkflowDefinition, WorkflowTask } from '@dureq/types'

/** What the handler of a task does each time it is carried out. */
export type TaskScript =
  /** It returns this. */
  | { readonly act: 'return'; readonly output: JsonText }
  /** It fails for good so many times (or always), and then returns this. */
  | { readonly act: 'fail'; readonly times: number; readonly output: JsonText }
  | { readonly act: 'skip' }
  /** Of a condition: the routes it takes one after the other; the last one again and again. */
  | { readonly act: 'route'; readonly routes: readonly number[] }
  /** Of a subflow. */
  | { readonly act: 'add'; readonly tasks: readonly WorkflowTask[] }
  /** Of a wait: its signal comes, with this payload; or it never does, so that the time is over. */
  | { readonly act: 'signal'; readonly output: JsonText }
  | { readonly act: 'late' }

/** A workflow, and what each of its tasks does, also those that are added and those of its children: no two have one name. */
export interface ScriptedWorkflow {
  readonly definition: WorkflowDefinition
  readonly script: ReadonlyMap<string, TaskScript>
}

/** What a task does the next time. */
export type Deed =
  | { readonly kind: 'returned'; readonly output: JsonText }
  | { readonly kind: 'failed' }
  | { readonly kind: 'skipped' }

/**
 * What the handler of a task does.
 *
 * @param before how often it has been carried out before.
 */
export function deedOf(script: TaskScript, before: number): Deed {
  switch (script.act) {
    case 'return':
    case 'signal':
      return { kind: 'returned', output: script.output }
    case 'fail':
      return before < script.times ? { kind: 'failed' } : { kind: 'returned', output: script.output }
    case 'skip':
      return { kind: 'skipped' }
    case 'late':
      return { kind: 'returned', output: 'null' }
    case 'route': {
      const route = script.routes[Math.min(before, script.routes.length - 1)]
      return { kind: 'returned', output: JSON.stringify({ route }) }
    }
    case 'add':
      return { kind: 'returned', output: JSON.stringify({ tasks: script.tasks }) }
  }
}
