import type { WorkflowTask } from '@dureq/types'

/** More than tasks can ever have places. */
const PLACES = 2 ** 26
const MAX_PRIORITY = 2 ** 26

/** What tasks that are ready are dispatched by, ascending: by priority descending, then by place. */
export function readyOrder({ priority = 0 }: Pick<WorkflowTask, 'priority'>, place: number): number {
  return place - Math.max(-MAX_PRIORITY, Math.min(MAX_PRIORITY, priority)) * PLACES
}
