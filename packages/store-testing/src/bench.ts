import {
  type Clock,
  type HomeOf,
  homePartition,
  type NewInstance,
  type NewJob,
  partitionOfKey,
  type Store,
  withPartition,
} from '@dureq/types'
import { it } from 'vitest'
import type { ContractOptions, StoreAdapter, StoreUnderTest } from './adapter.ts'
import { type Calls, createCalls } from './fixtures/calls.ts'
import { newInstance } from './fixtures/new-instance.ts'
import { newJob } from './fixtures/new-job.ts'
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts'

/** What a test of the suite works with: one fresh store. */
export interface Bench {
  readonly store: Store
  readonly calls: Calls
  /** A second handle on the same data where the adapter has one, else the same handle. */
  other(): Promise<Store>
  /** See `StoreUnderTest`. */
  leftovers(): Promise<readonly string[]>
  /**
   * A new draft whose home is the last partition, unless its keys decide otherwise: order is promised inside one
   * partition, so that is where most tests work.
   */
  draft(overrides?: Partial<NewJob>): NewJob
  /** A new instance draft with its home there as well. */
  instance(overrides?: Partial<NewInstance>): NewInstance
  /** The id a draft has once it is stored: its own, with its home partition. */
  idOf(draft: HomeOf): string
  /** A concurrency key of this name whose home is that partition too; keys of different names may be used by one job. */
  key(name: string): string
  /**
   * The limit of a type or tier that lets `n` in where most tests work: such limits are split over the partitions.
   */
  share(n: number): number
  /** Handler sets the fixtures announced, by node. */
  readonly announced: Map<string, string>
}

/** A bench whose time the test owns. */
export interface TimedBench extends Bench {
  readonly clock: VirtualClock
}

/** Registers one test, named by the sentence of the contract it proves. */
export interface Contract {
  /** The store lives in virtual time. */
  (sentence: string, body: (bench: TimedBench) => Promise<void>): void
  /** The store lives in real time: for what waits. */
  inRealTime(sentence: string, body: (bench: Bench) => Promise<void>): void
}

/** The `contract` function of one adapter: each test gets a store of its own, closed behind it. */
export function createContract(adapter: StoreAdapter, options: ContractOptions): Contract {
  const timed = (sentence: string, body: (bench: TimedBench) => Promise<void>) =>
    it(sentence, async () => {
      const clock = createVirtualClock()
      await withStore(adapter, { clock }, (made) => body({ ...benchFor(made, options), clock }))
    })
  const inRealTime = (sentence: string, body: (bench: Bench) => Promise<void>) =>
    it(sentence, () => withStore(adapter, {}, (made) => body(benchFor(made, options))))
  return Object.assign(timed, { inRealTime })
}

/** Runs `body` with a fresh store and closes it whatever happens. */
export async function withStore<T>(
  adapter: StoreAdapter,
  options: { readonly clock?: Clock },
  body: (made: StoreUnderTest) => Promise<T>,
): Promise<T> {
  const made = await adapter.create(options)
  try {
    return await body(made)
  } finally {
    await made.close()
  }
}

/** The bench around a store. */
export function benchFor(made: StoreUnderTest, { partitions = 1 }: ContractOptions): Bench {
  return {
    store: made.store,
    calls: createCalls(),
    other: async () => (await made.another?.()) ?? made.store,
    leftovers: () => made.leftovers(),
    draft: (overrides = {}) => atHome(partitions, overrides, () => newJob(overrides)),
    instance: (overrides = {}) => atHome(partitions, overrides, () => newInstance(overrides)),
    idOf: (draft) => withPartition(draft.id, homePartition(draft, partitions)),
    key: (name) => `{${keyHome(partitions)}}:${name}`,
    share: (n) => n * partitions,
    announced: new Map(),
  }
}

/** A text in braces that the last partition is the home of. */
function keyHome(partitions: number): string {
  for (let n = 0; ; n++) {
    if (partitionOfKey(`{h${n}}`, partitions) === partitions - 1) return `h${n}`
  }
}

function atHome<Draft extends HomeOf>(
  partitions: number,
  { id, uniqueKey, requestId, concurrencyKeys }: Partial<HomeOf>,
  make: () => Draft,
): Draft {
  const decided = [id, uniqueKey, requestId, concurrencyKeys?.[0]].some((key) => key !== undefined)
  for (;;) {
    const draft = make()
    if (decided || homePartition(draft, partitions) === partitions - 1) return draft
  }
}
