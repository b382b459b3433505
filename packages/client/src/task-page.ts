import { checkInteger, checkKnown, Faults, isPlainObject, type WorkflowTaskState } from '@dureq/types'
import { MAX_PAGE } from './page-options.ts'
import type { TaskRange } from './workflow-reader.ts'

/** Which tasks of a workflow: `limit` 1-100, default 10; `offset` default 0. */
export type TaskPageOptions = Partial<TaskRange>

/** Some tasks of a workflow: those of its definition, in its order, then those that subflows have added. */
export interface TaskPage {
  readonly tasks: readonly WorkflowTaskState[]
  /** All tasks of the workflow. */
  readonly total: number
}

const DEFAULT_PAGE = 10

/** More tasks than a workflow can have. */
const MAX_OFFSET = 1_000_000

/**
 * The tasks that are asked for.
 *
 * @throws ValidationError naming every fault.
 */
export function readTaskPage(options: TaskPageOptions): Required<TaskRange> {
  const faults = new Faults()
  if (!isPlainObject(options)) faults.add('options', 'must be an object')
  faults.throwIfAny()
  const { limit = DEFAULT_PAGE, offset = 0 } = options
  checkKnown(options, ['limit', 'offset'], '', faults)
  checkInteger(limit, { min: 1, max: MAX_PAGE }, 'limit', faults)
  checkInteger(offset, { min: 0, max: MAX_OFFSET }, 'offset', faults)
  faults.throwIfAny()
  return { limit, offset }
}
