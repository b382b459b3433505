import type { NodesRole } from './nodes.ts'
import type { RunsRole } from './runs.ts'

/**
 * The way into a store for a thread: `module` is imported there and its `openBeat(options)` called. Both cross the
 * boundary between threads, so the options are plain data, as `structuredClone` copies it.
 */
export interface BeatDoor {
  /** URL of a module that exports `openBeat: OpenBeat`. */
  readonly module: string
  readonly options: unknown
}

/** Opens a connection of its own to the store; `options` are those of the door. */
export type OpenBeat = (options: unknown) => BeatStore

/** What a thread needs of a store to keep the leases of a node, and the node, alive. */
export interface BeatStore {
  readonly runs: Pick<RunsRole, 'extend'>
  readonly nodes: Pick<NodesRole, 'announce'>
  /** Idempotent; calls under way are given their time to be answered. */
  close(): Promise<void>
}
