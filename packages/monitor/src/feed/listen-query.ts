import { type EventPosition, Faults } from '@dureq/types'
import { type Frame, type FrameType, frameTypes } from './frame.ts'

/** What listeners may ask for, in the names of the wire. `ticket` is the guard's to read. */
export interface ListenQueryWire {
  readonly types?: string
  readonly after?: string
  readonly positions?: string
  readonly ticket?: string
}

/** The names of the query. */
export const listenQueryNames: readonly (keyof ListenQueryWire)[] = ['types', 'after', 'positions', 'ticket']

/** What a listener wants. */
export interface ListenQuery {
  /** The types of the frames. Default: all. */
  readonly types: ReadonlySet<FrameType> | undefined
  /** Reads on from here. Default: from now on. */
  readonly after: EventPosition | undefined
  /** How a frame is written. */
  readonly write: (frame: Frame) => string
}

/** No store has longer positions than this. */
const MAX_POSITION_CHARS = 1_000

/**
 * Reads what a listener asks for.
 *
 * @throws ValidationError that names every fault.
 */
export function decodeListenQuery({ types, after, positions }: ListenQueryWire): ListenQuery {
  const faults = new Faults()
  if (positions !== undefined && positions !== '0' && positions !== '1')
    faults.add('positions', 'must be 0 or 1')
  if (after !== undefined && (after === '' || after.length > MAX_POSITION_CHARS))
    faults.add('after', 'must be the position of an event')
  const wanted = types === undefined ? undefined : readTypes(types, faults)
  faults.throwIfAny()
  return {
    types: wanted,
    after,
    write: positions === '1' ? (frame) => frame.positioned() : (frame) => frame.json(),
  }
}

function readTypes(text: string, faults: Faults): ReadonlySet<FrameType> {
  const found = new Set<FrameType>()
  for (const name of text.split(',')) {
    const named = frameTypes.filter((type) => type === name || isBelow(type, name))
    if (named.length === 0)
      faults.add('types', `${JSON.stringify(name)} is no event type, and no prefix such as job.*`)
    for (const type of named) found.add(type)
  }
  return found
}

/** Whether a type lies below a prefix with `.*`. */
function isBelow(type: FrameType, name: string): boolean {
  return name.endsWith('.*') && type.startsWith(name.slice(0, -1))
}
