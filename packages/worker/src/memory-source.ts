import { createTickBatcher } from '@dureq/runtime'
import type { LeaseMemo, LeaseRef, MemoWrite } from '@dureq/types'
import type { WorkerTools } from './worker-tools.ts'

/** Where the executions of one node keep what their firings remember. */
export interface MemorySource {
  /** Largest value, in bytes of JSON. */
  readonly limit: number
  /** Keeps a value; what is kept in one tick travels together. */
  save(write: MemoWrite): Promise<'saved' | 'lost'>
  /** Everything the firing of a lease remembers. */
  load(lease: LeaseRef): Promise<LeaseMemo>
  /** Nobody waits for an answer any more. */
  close(): void
}

/** A call that cannot reach the store is repeated for so long: a lease is lost by then, or there is time to try the job again. */
const PATIENCE_MS = 30_000

/** Most writes of one call. */
const MAX_WRITES = 100

/** The memory of one node. */
export function createMemorySource({ store, clock, call }: WorkerTools): MemorySource {
  const closing = new AbortController()
  const writes = createTickBatcher(
    (items: readonly MemoWrite[]) =>
      call((key) => store.runs.memo(key, items), {
        until: clock.now() + PATIENCE_MS,
        signal: closing.signal,
      }),
    { maxItems: MAX_WRITES },
  )
  return {
    limit: store.limits.output,
    save: (write) => writes.add(write),
    load: (lease) => store.runs.memos(lease),
    close: () => closing.abort(),
  }
}
