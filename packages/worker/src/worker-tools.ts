import { type Caller, createCaller } from '@dureq/runtime'
import { type Clock, type Logger, type Random, type Store, StoreUnavailableError } from '@dureq/types'
import { createPersistentCall, type PersistentCall } from './persistent-call.ts'
import { createStoreLink, type StoreLink } from './store-link.ts'
import type { ResolvedWorkerOptions } from './worker-options.ts'

/** What every part of a worker is given. */
export interface WorkerTools {
  readonly store: Pick<Store, 'runs' | 'nodes' | 'mailboxes' | 'settings' | 'limits'>
  readonly nodeId: string
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Whether the store answers; `caller` and `call` tell it what they see. */
  readonly link: StoreLink
  /** For calls the next round makes anew. */
  readonly caller: Caller
  /** For calls whose effect must be known. */
  readonly call: PersistentCall
  /** That the store is away is reported by the link, and by nobody else. */
  readonly isReported: (error: unknown) => boolean
}

/** The tools of one worker; `onBack` is told when the store answers again. */
export function createWorkerTools(options: ResolvedWorkerOptions, onBack: () => void): WorkerTools {
  const { store, nodeId, clock, random, logger } = options
  const link = createStoreLink({ clock, logger, onBack })
  const untold = createCaller({ random })
  return {
    store,
    nodeId,
    clock,
    random,
    logger,
    link,
    caller: { id: untold.id, call: (send) => untold.call((key) => link.watch(send(key))) },
    call: createPersistentCall({ caller: untold, link, clock, random }),
    isReported: (error) => StoreUnavailableError.is(error),
  }
}
