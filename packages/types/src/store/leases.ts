import type { CallKey } from './call.ts'

/** A named lock as it is now. The epoch grows with every new holder and fences what an old one still does. */
export interface LockInfo {
  readonly name: string
  readonly owner: string
  readonly epoch: number
  readonly expiresAt: number
}

/** `acquired` also when the same owner asks again: the epoch then stays. */
export type AcquireOutcome =
  | { readonly kind: 'acquired'; readonly epoch: number }
  | { readonly kind: 'held'; readonly owner: string; readonly expiresAt: number }

/** Named locks with an expiry on the store's clock, such as leadership. */
export interface LeasesRole {
  /** Takes a free or expired lock for `ttlMs`. A lock named `leader` writes `leader.elected`. */
  acquire(call: CallKey, name: string, owner: string, ttlMs: number): Promise<AcquireOutcome>
  /** Prolongs a lock this owner holds under this epoch; false: it is lost. */
  renew(call: CallKey, name: string, owner: string, epoch: number, ttlMs: number): Promise<boolean>
  /** Gives it up; false: it was not held under this epoch. A lock named `leader` writes `leader.lost`. */
  release(call: CallKey, name: string, owner: string, epoch: number): Promise<boolean>
  /** All locks held now, by name. */
  inspect(): Promise<readonly LockInfo[]>
  /** Takes a lock from whoever holds it; for operators. Says whether it was held. */
  forceRelease(call: CallKey, name: string): Promise<boolean>
}
