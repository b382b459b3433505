import type { AcquireOutcome, LeasesRole } from '@dureq/types'
import type { Core } from './core.ts'
import { giveLock, prolongLock, readLock, readLocks, takeLock } from './locks.ts'
import { callOnce } from './single-call.ts'
import type { Step } from './step.ts'

/** Named locks with an expiry on the store's clock. */
export function createLeasesRole(core: Core): LeasesRole {
  return {
    acquire: (call, name, owner, ttlMs) => callOnce(core, call, (step) => acquire(step, name, owner, ttlMs)),
    renew: (call, name, owner, epoch, ttlMs) =>
      callOnce(core, call, (step) => {
        const isHeld = isHeldBy(step, name, { owner, epoch })
        if (isHeld) prolongLock(step, name, step.now + ttlMs)
        return isHeld
      }),
    release: (call, name, owner, epoch) =>
      callOnce(core, call, (step) => isHeldBy(step, name, { owner, epoch }) && freeLock(step, name)),
    inspect: () => core.read((db, now) => readLocks(db, now)),
    forceRelease: (call, name) =>
      callOnce(core, call, (step) => isHeldBy(step, name) && freeLock(step, name)),
  }
}

function acquire(step: Step, name: string, owner: string, ttlMs: number): AcquireOutcome {
  const expiresAt = step.now + ttlMs
  const lock = readLock(step.db, name)
  if (lock !== undefined && lock.expiresAt > step.now) {
    if (lock.owner !== owner) return { kind: 'held', owner: lock.owner, expiresAt: lock.expiresAt }
    prolongLock(step, name, expiresAt)
    return { kind: 'acquired', epoch: lock.epoch }
  }
  if (lock !== undefined) takeLock(step, lock)
  return { kind: 'acquired', epoch: giveLock(step, name, owner, expiresAt) }
}

interface Holder {
  readonly owner: string
  readonly epoch: number
}

/** Whether a lock is held now: by anybody, or by this holder. */
function isHeldBy(step: Step, name: string, holder?: Holder): boolean {
  const lock = readLock(step.db, name)
  if (lock === undefined || lock.expiresAt <= step.now) return false
  return holder === undefined || (lock.owner === holder.owner && lock.epoch === holder.epoch)
}

function freeLock(step: Step, name: string): true {
  const lock = readLock(step.db, name)
  if (lock !== undefined) takeLock(step, lock)
  return true
}
