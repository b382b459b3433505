import { checkInteger, Faults, type ManyHandlerFunc } from '@dureq/types'
import { arriveInGroup } from './group-seat.ts'
import {
  type AnyTask,
  addRegistrationFaults,
  type HandleOptions,
  type Registration,
} from './handler-entry.ts'

/** How a worker runs a handler that takes many jobs at once. */
export interface HandleManyOptions extends HandleOptions {
  /** Most jobs of one execution, 1-1,000. */
  readonly maxSize: number
  /**
   * Longest time the first job of a group waits for others; at most half of the handler's lease. Default 0: the handler
   * gets what a claim has brought.
   */
  readonly maxWaitMs?: number
  /** Most executions at once on one node, however many jobs each has. Default: as many as the worker has slots. */
  readonly concurrency?: number
}

const MOST_JOBS = 1_000

/**
 * Checks what `handleMany` was given; `leaseMs` is that of the worker.
 *
 * @throws ValidationError naming every fault by its field.
 */
export function checkManyRegistration(
  task: AnyTask,
  given: {
    readonly options: HandleManyOptions
    readonly handler: ManyHandlerFunc<unknown>
    readonly leaseMs: number
  },
): Registration {
  const faults = new Faults()
  const { maxSize, maxWaitMs = 0, ...options } = given.options ?? {}
  const registration = addRegistrationFaults({ task, handler: arriveInGroup, options }, faults)
  if (typeof given.handler !== 'function') faults.add('handler', 'must be a function')
  checkInteger(maxSize, { min: 1, max: MOST_JOBS }, 'maxSize', faults)
  // A crash while a group gathers costs its jobs the rest of their leases: waiting must not cost more than that.
  const leaseMs = registration.resolved.heartbeatTimeoutMs ?? given.leaseMs
  checkInteger(maxWaitMs, { min: 0, max: Math.floor(leaseMs / 2) }, 'maxWaitMs', faults)
  faults.throwIfAny()
  return { ...registration, many: { maxSize, maxWaitMs, handler: given.handler } }
}
