import { ID_LENGTH } from '@dureq/types'
import type { PartitionKeys } from '../keys.ts'
import type { Space } from '../space.ts'
import type { Candidate, Direction, Walk } from './walk.ts'

const SEGMENT = 1_000

/** What a mark of the walk looks like. */
export function creationMark(partitions: number): RegExp {
  return new RegExp(`\\d+(?:\\.\\d+){${partitions - 1}}`)
}

/**
 * Walks jobs in the order they were stored: segments of 1,000 ids per partition, merged by id, which begins with
 * the time. A mark is where each partition stands, joined by dots.
 */
export async function* walkCreation(space: Space, direction: Direction, mark: string | undefined): Walk {
  const marks = mark?.split('.').map(Number)
  const cursors = await Promise.all(
    space.partitions.map((partition, i) => openCursor(space, partition, direction, marks?.[i])),
  )
  const position = (): string => cursors.map(({ at }) => at).join('.')
  for (;;) {
    await Promise.all(cursors.map((cursor) => cursor.fill()))
    const rows: Candidate[] = []
    // Until a partition has to read on, the next job is the first of the heads.
    while (cursors.every((cursor) => cursor.head !== undefined || cursor.done)) {
      const next = first(cursors, direction)
      if (next === undefined) break
      const id = next.take()
      rows.push({ id, partition: next.partition, mark: position() })
    }
    if (rows.length > 0) yield rows
    if (cursors.every((cursor) => cursor.done)) return
  }
}

function first(cursors: readonly SegmentCursor[], direction: Direction): SegmentCursor | undefined {
  let best: SegmentCursor | undefined
  for (const cursor of cursors) {
    if (cursor.head === undefined) continue
    const isFirst =
      best?.head === undefined ||
      (direction === 'forward' ? cursor.head < best.head : cursor.head > best.head)
    if (isFirst) best = cursor
  }
  return best
}

async function openCursor(
  space: Space,
  partition: PartitionKeys,
  direction: Direction,
  at: number | undefined,
): Promise<SegmentCursor> {
  const created = Number((await space.read('HGET', partition.of('meta'), 'created')) ?? 0)
  const start = at ?? (direction === 'forward' ? 0 : created)
  const live = (await space.read('HKEYS', partition.of('segments'))) as string[]
  const segments = live.map(Number).sort((a, b) => a - b)
  return new SegmentCursor({ space, partition, direction, segments, at: start })
}

interface SegmentCursorOptions {
  readonly space: Space
  readonly partition: PartitionKeys
  readonly direction: Direction
  /** The segments that still hold a job, in order. */
  readonly segments: readonly number[]
  readonly at: number
}

/** Reads the ids of one partition in order. `at` counts the jobs before the next one (backward: after it). */
class SegmentCursor {
  readonly partition: PartitionKeys
  readonly #space: Space
  readonly #forward: boolean
  readonly #segments: readonly number[]
  #ids: string[] = []
  at: number
  done = false

  constructor({ space, partition, direction, segments, at }: SegmentCursorOptions) {
    this.#space = space
    this.partition = partition
    this.#forward = direction === 'forward'
    this.#segments = segments
    this.at = at
  }

  get head(): string | undefined {
    return this.#ids[0]
  }

  take(): string {
    this.at += this.#forward ? 1 : -1
    return this.#ids.shift() as string
  }

  /** Reads the next segment with ids in it, when none are left. */
  async fill(): Promise<void> {
    while (this.#ids.length === 0 && !this.done) {
      const segment = this.#nextSegment()
      if (segment === undefined) {
        this.done = true
        return
      }
      const text = String((await this.#space.read('GET', this.partition.key('seg', String(segment)))) ?? '')
      const ids = Array.from({ length: text.length / ID_LENGTH }, (_, i) =>
        text.slice(i * ID_LENGTH, (i + 1) * ID_LENGTH),
      )
      const base = segment * SEGMENT
      if (this.#forward) {
        this.at = Math.max(this.at, base)
        this.#ids = ids.slice(this.at - base)
        if (this.#ids.length === 0) this.at = base + SEGMENT
      } else {
        this.at = Math.min(this.at, base + ids.length)
        this.#ids = ids.slice(0, this.at - base).reverse()
        if (this.#ids.length === 0) this.at = base
      }
    }
  }

  #nextSegment(): number | undefined {
    return this.#forward
      ? this.#segments.find((segment) => (segment + 1) * SEGMENT > this.at)
      : this.#segments.findLast((segment) => segment * SEGMENT < this.at)
  }
}
