import type { CallKey } from '@dureq/types'
import type { Core } from './core.ts'
import { callInPieces } from './piecewise-call.ts'

/** One piece takes at most this many keys. */
const PIECE_KEYS = 500

/** A concurrency key nothing is to start with, and for how long. */
export interface Throttle {
  readonly key: string
  readonly forMs: number
}

/** Holds concurrency keys back for a time: `RunsRole.throttle`. */
export async function throttleKeys(core: Core, call: CallKey, throttles: readonly Throttle[]): Promise<void> {
  await callInPieces<Throttle, never>(core, {
    call,
    items: throttles,
    patience: 'ordinary',
    weigh: () => 1 / PIECE_KEYS,
    work({ recall, now }, piece) {
      recall.keys.prefetch(piece.map(({ key }) => key))
      for (const { key, forMs } of piece) recall.keys.throttle(key, now + forMs)
      return []
    },
  })
}
