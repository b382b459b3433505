import { Faults, type LockInfo } from '@dureq/types'
import type { ClientCore } from './core.ts'

/** What can be asked about named locks, such as leadership. */
export interface Locks {
  /** All locks held now, by name. */
  listLocks(): Promise<readonly LockInfo[]>
  /** Takes a lock from whoever holds it. Says whether it was held. */
  forceUnlock(name: string): Promise<boolean>
}

/** The part of a client that knows locks. */
export function createLocks({ store, caller }: ClientCore): Locks {
  return {
    listLocks: () => store.leases.inspect(),
    async forceUnlock(name) {
      const faults = new Faults()
      if (typeof name !== 'string' || name === '') faults.add('name', 'must be a text that is not empty')
      faults.throwIfAny()
      return await caller.call((key) => store.leases.forceRelease(key, name))
    },
  }
}
