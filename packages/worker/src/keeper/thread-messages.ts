import type { BeatDoor, HandlerSet, NodeInfo } from '@dureq/types'

/** What the thread is started with. */
export interface KeeperStart {
  readonly door: BeatDoor
  readonly board: SharedArrayBuffer
  readonly everyMs: number
  readonly nodeTtlMs: number
  readonly maxBlockedMs: number
}

/** What the thread is told. */
export type ToKeeper =
  /** From now on this is the board. */
  | { readonly kind: 'board'; readonly board: SharedArrayBuffer }
  /** How often the event loop turns. */
  | { readonly kind: 'every'; readonly everyMs: number }
  /** What the node said of itself last. */
  | { readonly kind: 'node'; readonly info: NodeInfo; readonly handlers: HandlerSet | undefined }
  | { readonly kind: 'stop' }

/** What it tells: for the log. */
export interface FromKeeper {
  readonly level: 'info' | 'warn'
  readonly text: string
  readonly error?: string
}
