import type { Random } from '@dureq/types'

/** Bounds of the pauses between failures of our own calls (not of handlers: those have retry policies). */
export interface PauseBounds {
  readonly initialMs: number
  readonly maxMs: number
}

/** 50 ms, doubling up to 5 s. */
export const defaultPauses: PauseBounds = { initialMs: 50, maxMs: 5_000 }

/**
 * How long to pause after the n-th failure in a row (n >= 1): doubles from `initialMs` to `maxMs`, then anywhere
 * between half of it and all of it, in whole ms, so that the nodes of a cluster do not come back in one instant.
 */
export function failurePauseMs(
  failures: number,
  random: Random,
  bounds: PauseBounds = defaultPauses,
): number {
  const { initialMs, maxMs } = bounds
  const full = Math.min(maxMs, initialMs * 2 ** Math.min(failures - 1, 30))
  return Math.round(full * (0.5 + random() / 2))
}
