import type { RunRecord } from '../run.ts'
import type { Firing } from './firing.ts'
import { type Move, type Refused, refused } from './move.ts'

/** Takes from an ended firing what its handler gave: output and error texts. It stays where it is, and shows when it last moved. */
export function purgeFiring(firing: Firing): Move | Refused {
  const { place } = firing
  if (place.kind !== 'ended') return refused(firing)
  const { status } = place.result
  const purged: Firing = {
    ...firing,
    lastError: undefined,
    place: { ...place, result: { status } },
  }
  return { kind: 'moved', firing: purged, events: [] }
}

/** The record of a finished run without what its handler gave. */
export function purgeRun({
  error: _error,
  stack: _stack,
  progress: _progress,
  ...run
}: RunRecord): RunRecord {
  return run
}
