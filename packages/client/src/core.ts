import { type Caller, createTickBatcher, type TickBatcher, type Tracing } from '@dureq/runtime'
import type { Actor, Clock, JobRecord, Logger, NewId, Random, Store } from '@dureq/types'
import type { InstanceHeads } from './instance-heads.ts'
import type { ClientLife } from './life.ts'
import type { Watching } from './watch-groups.ts'

/** The parts of a store a client uses. */
export type ClientStore = Pick<
  Store,
  | 'jobs'
  | 'schedules'
  | 'instances'
  | 'mailboxes'
  | 'events'
  | 'nodes'
  | 'leases'
  | 'settings'
  | 'inspector'
  | 'limits'
> & { readonly runs: Pick<Store['runs'], 'throttle'> }

/** What all parts of one client share. */
export interface ClientCore {
  readonly store: ClientStore
  readonly caller: Caller
  readonly clock: Clock
  readonly random: Random
  readonly newId: NewId
  readonly logger: Logger
  /** On whose behalf it gives orders, unless one of them says. */
  readonly actor: Actor | undefined
  /** Undefined: nothing is traced. */
  readonly tracing: Tracing | undefined
  readonly life: ClientLife
  /** Reads jobs; what is asked in one tick is one call of the store. */
  readonly records: TickBatcher<string, JobRecord | undefined>
  /** Reads heads of workflows, batches and groups, likewise. */
  readonly instances: InstanceHeads
  /** The store's time; asked once for all who ask in one tick. */
  readonly storeTime: () => Promise<number>
  /** Tells when jobs and workflows may have ended. */
  readonly watching: Watching
}

/** Most items of one call of the store. */
export const MAX_ITEMS = 1_000

/** Asks the store for its time, once a tick. */
export function createStoreTime({ schedules }: Pick<ClientStore, 'schedules'>): ClientCore['storeTime'] {
  const asked = createTickBatcher(async (questions: readonly undefined[]) => {
    const { now } = await schedules.due(0)
    return questions.map(() => now)
  })
  return () => asked.add(undefined)
}

/** Lets the reads of one tick travel together. */
export function createRecordReader(store: ClientStore): ClientCore['records'] {
  return createTickBatcher((ids) => store.jobs.get(ids), { maxItems: MAX_ITEMS })
}
