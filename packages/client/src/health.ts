import { type NodeInfo, type StoreInfo, StoreUnavailableError } from '@dureq/types'
import type { ClientCore } from './core.ts'

/** How the store and its nodes are. */
export type Health =
  | {
      readonly status: 'ok'
      readonly store: StoreInfo
      /** How long the store took to answer, in ms. */
      readonly latencyMs: number
      /** The nodes that live; those that drain say so. */
      readonly nodes: readonly NodeInfo[]
    }
  | { readonly status: 'unavailable'; readonly error: StoreUnavailableError }

/** Says whether work can be done. */
export interface HealthCheck {
  /** What the store is, and its time. */
  storeInfo(): Promise<StoreInfo>
  /** Asks the store; a store that does not answer is a value, not an error. */
  health(): Promise<Health>
}

/** The part of a client that knows how things are. */
export function createHealthCheck({ store, clock }: ClientCore): HealthCheck {
  return {
    storeInfo: () => store.inspector.info(),
    async health() {
      const askedAt = clock.now()
      try {
        const info = await store.inspector.info()
        const latencyMs = Math.max(0, clock.now() - askedAt)
        return { status: 'ok', store: info, latencyMs, nodes: await store.nodes.list() }
      } catch (error) {
        if (!StoreUnavailableError.is(error)) throw error
        return { status: 'unavailable', error }
      }
    },
  }
}
