import { observeStore, systemClock } from '@dureq/runtime'
import type { Clock, Store } from '@dureq/types'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { createProcessMetrics } from './process-metrics.ts'
import { createStoreMetrics } from './store-metrics.ts'

/** How metrics are made. */
export interface MetricsOptions {
  /** Where the jobs are: what it holds is read when somebody asks for the metrics, at most once a second. */
  readonly store: Store
  /** Where they are registered. Default: a registry of their own, with the default metrics of Node.js (memory, event loop delay, ...). */
  readonly registry?: Registry
  /** Default: the system's. */
  readonly clock?: Clock
}

/** What can be measured, for Prometheus. */
export interface Metrics {
  /** The store to give to workers, engines and clients, so that what they do with it is measured. */
  readonly store: Store
  readonly registry: Registry
}

/** Metrics of a process and of what its store holds: those of the README's table. */
export function createMetrics({
  store,
  registry = ownRegistry(),
  clock = systemClock,
}: MetricsOptions): Metrics {
  createStoreMetrics({ store, registry, clock })
  return { store: observeStore(store, createProcessMetrics({ registry, clock })), registry }
}

function ownRegistry(): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return registry
}
