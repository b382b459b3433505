import type { JsonValue } from './json.ts'

/** Something a workflow was told from outside. A `wait` task of that name takes it, or a handler reads it. */
export interface WorkflowSignal {
  readonly name: string
  readonly payload?: JsonValue
  /** When it was recorded, epoch milliseconds. */
  readonly sentAt: number
  readonly workflowId: string
  /** A second signal with the same key is not recorded, for 30 days. */
  readonly dedupeKey?: string
  /** Names it to acknowledge it; set when it is read. */
  readonly id?: string
}
