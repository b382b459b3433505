import type { Clock, Store } from '@dureq/types'

/** How the suite gets stores of one adapter. */
export interface StoreAdapter {
  /**
   * Makes a store with nothing in it that shares nothing with any other. With a clock the store lives in that
   * clock's time; without one in its own, real time.
   */
  create(options: { readonly clock?: Clock }): Promise<StoreUnderTest>
}

/** One store, and what the suite must be able to do with it beyond the port. */
export interface StoreUnderTest {
  readonly store: Store
  /**
   * Another handle on the same data, as another process would have it; `close` closes it too. Where no process can
   * share the data (an in-memory store), leave it out: the suite then takes two callers of one handle.
   */
  another?(): Promise<Store>
  /**
   * Names every trace stored at this moment for which there is no job, no instance, no announced node and no held lock:
   * entries of lines and indexes, runs, results, unique keys, request ids, parts, marks, names of items, groups and when they are cut, messages, timers, signals and
   * their dedupe keys, definitions, events, counters other than 0, lanes silent for more than ten minutes. What a store keeps of itself (version, number of partitions, settings, a table of names) is no
   * trace. The suite asks after everything was removed and a week has passed; the answer must then be [].
   */
  leftovers(): Promise<readonly string[]>
  /** Closes every handle and removes the data. */
  close(): Promise<void>
}

/** What differs between stores that all keep the contract. */
export interface ContractOptions {
  /** Partitions of the stores the adapter makes; 1 unless given. */
  readonly partitions?: number
}
