import type { Firing, UnfinishedState } from '@dureq/types'

/** Where a firing of a recurring job stands, by the number it is stored under. The order is part of the file format. */
const standings = [
  'waiting',
  'delayed',
  'leased',
  'retrying',
  'paused',
  'held',
  'completed',
  'dead',
  'cancelled',
] as const

/** Where a firing of a recurring job stands. */
export type Standing = (typeof standings)[number]

/** The number of the first standing that is an end. */
export const FIRST_END: number = standings.indexOf('completed')

/** The number a standing is stored under. */
export function standingCode(standing: Standing): number {
  return standings.indexOf(standing)
}

/** The state behind the number of an unfinished standing. */
export function unfinishedState(code: number): UnfinishedState {
  return standings[code] as UnfinishedState
}

/**
 * Where a firing stands.
 *
 * @throws TypeError when it is gone, or no firing.
 */
export function standingOf({ place, status }: Firing): Standing {
  switch (place.kind) {
    case 'line':
    case 'due':
      if (status === 'retrying') return 'retrying'
      return place.kind === 'line' ? 'waiting' : 'delayed'
    case 'leased':
    case 'paused':
    case 'held':
      return place.kind
    case 'ended':
      return place.result.status
    case 'gone':
    case 'recurring':
      throw new TypeError(`what is ${place.kind} does not stand anywhere`)
  }
}
