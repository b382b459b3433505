import {
  type Firing,
  type HandlerSpec,
  type JobDefinition,
  type LeasedRun,
  leaseLength,
  type Place,
} from '@dureq/types'
import type { LeasedMember } from './leased-members.ts'

/** What a firing was leased for. */
export interface LeasedFor {
  /** That of the set of the node, as far as it is still known. */
  readonly handler: HandlerSpec | undefined
  /** What it is told of its instance, if it is a member of one. */
  readonly member: LeasedMember
  /** Earlier runs have left something to remember. */
  readonly remembers: boolean
}

/** What a node is handed of a firing it has leased. */
export function leasedRun(
  firing: Firing,
  definition: JobDefinition,
  { handler, member, remembers }: LeasedFor,
): LeasedRun {
  const { lease } = firing.place as Extract<Place, { readonly kind: 'leased' }>
  const { version, retryPolicy, timeoutMs, concurrencyKeys } = definition
  const { token, maxAttempts, claimableAt, claimedAt, until, run } = lease
  return {
    runId: run.id,
    firingId: firing.id,
    jobId: definition.id,
    token,
    taskType: definition.taskType,
    payload: definition.payload,
    attempt: run.attempt,
    maxAttempts,
    consecutiveErrors: firing.consecutiveErrors,
    priority: definition.priority,
    headers: definition.headers,
    ...(version !== undefined && { version }),
    ...(retryPolicy !== undefined && { retryPolicy }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    leaseMs: leaseLength(definition, handler?.leaseMs ?? until - claimedAt),
    claimableAt,
    claimedAt,
    createdAt: definition.createdAt,
    ...(concurrencyKeys !== undefined && { concurrencyKeys }),
    ...(remembers && { remembers }),
    ...member,
  }
}
