import { createTickBatcher } from '@dureq/runtime'
import { checkName, Faults } from '@dureq/types'
import { type ClientCore, MAX_ITEMS } from './core.ts'

/** What can be asked about unique keys. */
export interface UniqueKeys {
  /** The id of the job that holds the key; undefined when none does. */
  lookupUniqueKey(key: string): Promise<string | undefined>
  /** Frees the key, whoever holds it; that job goes on without it. Says whether it was held. */
  releaseUniqueKey(key: string): Promise<boolean>
}

/** @throws ValidationError when the value is no unique key. */
export function checkUniqueKey(key: unknown): void {
  const faults = new Faults()
  checkName('uniqueKey', key, 'uniqueKey', faults)
  faults.throwIfAny()
}

/** The part of a client that knows unique keys. */
export function createUniqueKeys({ store, caller }: ClientCore): UniqueKeys {
  const holders = createTickBatcher((keys: readonly string[]) => store.jobs.lookupUniqueKeys(keys), {
    maxItems: MAX_ITEMS,
  })
  return {
    async lookupUniqueKey(key) {
      checkUniqueKey(key)
      return await holders.add(key)
    },
    async releaseUniqueKey(key) {
      checkUniqueKey(key)
      const [held] = await caller.call((call) => store.jobs.releaseUniqueKeys(call, [key]))
      return held === true
    },
  }
}
