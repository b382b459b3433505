import { DAY_MS, type Options } from '../option.ts'

/** What the worker of a node is told beside how many handlers it runs. */
export interface WorkerConfig {
  readonly cancelGraceMs: number
  readonly nodeTtlMs: number
  readonly maxBlockedMs: number
}

/** The options of the group `worker`. */
export const workerOptions: Options<WorkerConfig> = {
  cancelGraceMs: {
    type: 'integer',
    minimum: 0,
    maximum: DAY_MS,
    default: 5_000,
    description: 'Time a handler may go on after it was told to end',
  },
  nodeTtlMs: {
    type: 'integer',
    minimum: 1_000,
    maximum: DAY_MS,
    default: 15_000,
    description: 'Silence after which the node counts as crashed; it speaks every third of it',
  },
  maxBlockedMs: {
    type: 'integer',
    minimum: 1_000,
    maximum: DAY_MS,
    default: 300_000,
    description:
      'Time a handler may compute without a break before other nodes take over what this one holds',
  },
}
