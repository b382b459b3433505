import { type Caller, createTickBatcher, type TickBatcher } from '@dureq/runtime'
import type { Clock, JobRecord, Logger, NewId, Random, Store } from '@dureq/types'
import type { ClientLife } from './life.ts'

/** The parts of a store a client uses. */
export type ClientStore = Pick<Store, 'jobs' | 'events' | 'nodes' | 'settings' | 'inspector' | 'limits'>

/** What all parts of one client share. */
export interface ClientCore {
  readonly store: ClientStore
  readonly caller: Caller
  readonly clock: Clock
  readonly random: Random
  readonly newId: NewId
  readonly logger: Logger
  readonly life: ClientLife
  /** Reads jobs; what is asked in one tick is one call of the store. */
  readonly records: TickBatcher<string, JobRecord | undefined>
}

/** Most items of one call of the store. */
export const MAX_ITEMS = 1_000

/** Lets the reads of one tick travel together. */
export function createRecordReader(store: ClientStore): ClientCore['records'] {
  return createTickBatcher((ids) => store.jobs.get(ids), { maxItems: MAX_ITEMS })
}
