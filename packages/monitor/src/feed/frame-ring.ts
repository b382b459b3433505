import type { EventPosition } from '@dureq/types'
import type { Frame } from './frame.ts'

/** Some frames of a ring, and where to read on. */
export interface Stretch {
  readonly frames: readonly Frame[]
  /** The place after them. */
  readonly next: number
  /** Frames between the asked and the first place that are not kept any more. */
  readonly missed: number
}

/** The newest frames of the feed. Each has a place, counted from the first one there ever was. */
export class FrameRing {
  readonly #capacity: number
  readonly #frames: Frame[] = []
  /** The places after the first frame of each position. */
  readonly #places = new Map<EventPosition, number>()
  #start = 0
  #end = 0
  #base: EventPosition

  /** @param base where the log stands before the first frame. */
  constructor(capacity: number, base: EventPosition) {
    this.#capacity = capacity
    this.#base = base
  }

  /** The place the next frame will have. */
  get end(): number {
    return this.#end
  }

  /** Where the log stands before the oldest frame kept. */
  get base(): EventPosition {
    return this.#base
  }

  /** Where the log stands after the newest frame. */
  get position(): EventPosition {
    return this.#start === this.#end ? this.#base : this.#at(this.#end - 1).position
  }

  /** Adds the newest frame, in the place of the oldest one if the ring is full. */
  append(frame: Frame): void {
    if (this.#end - this.#start === this.#capacity) this.#dropOldest()
    this.#frames[this.#end % this.#capacity] = frame
    this.#end++
    if (!this.#places.has(frame.position)) this.#places.set(frame.position, this.#end)
  }

  /** Where to read on after a position; undefined for one that is not here. */
  placeAfter(position: EventPosition): number | undefined {
    return this.#places.get(position) ?? (position === this.#base ? this.#start : undefined)
  }

  /** Reads on from a place. */
  read(place: number, limit: number): Stretch {
    const from = Math.max(place, this.#start)
    const next = Math.min(this.#end, from + limit)
    const frames = Array.from({ length: next - from }, (_, i) => this.#at(from + i))
    return { frames, next, missed: from - place }
  }

  #at(place: number): Frame {
    return this.#frames[place % this.#capacity] as Frame
  }

  #dropOldest(): void {
    const { position } = this.#at(this.#start)
    this.#start++
    if (this.#places.get(position) === this.#start) this.#places.delete(position)
    this.#base = position
  }
}
