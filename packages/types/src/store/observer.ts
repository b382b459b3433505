import type { StoreRole } from './roles.ts'
import type { LeasedRun, LeaseRef, RunOutcome, SettleReply } from './runs.ts'

/** How a call of the store ended: answered, no answer in time (`StoreUnavailableError`), or refused with another error. */
export type StoreCallOutcome = 'answered' | 'unavailable' | 'refused'

/** One call of a store, when it is over. */
export interface StoreCall {
  readonly role: StoreRole
  /** `claim`, `settle`, ... */
  readonly method: string
  readonly outcome: StoreCallOutcome
  readonly durationMs: number
}

/**
 * Is told of what this process asks of its store. It is called while the process works: what it does has to be little, and it
 * must not throw.
 */
export interface StoreObserver {
  /** A call is over. Those that only wait for something (`runs.wait`, `events.watch`, ...) are not told. */
  called(call: StoreCall): void
  /** Runs were leased to a node of this process, by a call that took so long. */
  claimed(leases: readonly LeasedRun[], durationMs: number): void
  /** Runs were ended by a node of this process; the reply says which of them counted. */
  settled(outcomes: readonly RunOutcome[], reply: SettleReply, durationMs: number): void
  /** Leases of this process that are over without an outcome of it: handed back, or lost. */
  released(leases: readonly LeaseRef[]): void
}
