import { type Duration, parseDuration } from './duration.ts'
import type { Faults } from './faults.ts'
import { checkPriority, type Priority } from './priority.ts'
import { checkRetryPolicy, type ResolvedRetryPolicy, type RetryPolicy } from './retry-policy.ts'

/**
 * Defaults for every job of a task or handler. They are not stored: the handler's node applies them, and what
 * `enqueue` states for one job wins.
 */
export interface TaskOptions {
  readonly retryPolicy?: RetryPolicy
  /** Longest time one execution may take. Default: no limit. */
  readonly timeout?: Duration
  /** How long a node may be silent before another takes its job over; 1 s or more. Default: the worker's `leaseMs`. */
  readonly heartbeatTimeout?: Duration
  /** Longest time from when a job can be claimed until it is. Default: no limit. */
  readonly scheduleToStartTimeout?: Duration
  /** Default: 5. */
  readonly priority?: Priority
}

/** Task options that have been checked; what was absent still is. */
export interface ResolvedTaskOptions {
  readonly retryPolicy?: ResolvedRetryPolicy
  readonly timeoutMs?: number
  readonly heartbeatTimeoutMs?: number
  readonly scheduleToStartTimeoutMs?: number
  readonly priority?: Priority
}

/** The shortest heartbeat timeout, which is the length of a lease: 1 s. */
export const minHeartbeatTimeoutMs = 1_000

/** Checks task options, adding a fault for everything wrong; what it returns is good only if none was added. */
export function resolveTaskOptions(options: TaskOptions, faults: Faults): ResolvedTaskOptions {
  const { retryPolicy, priority } = options
  if (priority !== undefined) checkPriority(priority, 'priority', faults)
  return {
    ...(retryPolicy && { retryPolicy: checkRetryPolicy(retryPolicy, 'retryPolicy', faults) }),
    ...length(options, 'timeout', 1, faults),
    ...length(options, 'heartbeatTimeout', minHeartbeatTimeoutMs, faults),
    ...length(options, 'scheduleToStartTimeout', 1, faults),
    ...(priority !== undefined && { priority }),
  }
}

type LengthName = 'timeout' | 'heartbeatTimeout' | 'scheduleToStartTimeout'

/** The resolved field of one length of time, if it was given. */
function length<Name extends LengthName>(
  options: TaskOptions,
  name: Name,
  minMs: number,
  faults: Faults,
): { readonly [N in `${Name}Ms`]?: number } {
  const value = options[name]
  if (value === undefined) return {}
  const ms = faults.attempt(() => parseDuration(value, name))
  if (ms !== undefined && ms < minMs) faults.add(name, `must be at least ${minMs} ms`, minMs)
  return { [`${name}Ms`]: ms } as { readonly [N in `${Name}Ms`]?: number }
}
