import { Faults, type JsonValue, type SizeLimits, toJsonText, type WorkflowDefinition } from '@dureq/types'

/** Most tasks a definition may have, and an instance with those that subflows add. */
export const MAX_TASKS = 10_000

/** Largest size of the text of a definition, with those of its children in it, in bytes: 16 MiB. */
export const MAX_DEFINITION_BYTES: number = 16 * 1024 * 1024

/** A circle of dependencies that was found. */
interface Circle {
  readonly workflowName: string
  /** Its tasks in order: each depends on the next, the last on the first. */
  readonly tasks: readonly string[]
}

/** What the checks of one definition share, those of its children included. */
export interface Reading {
  readonly limits: SizeLimits
  /** The circles among the faults. */
  readonly circles: Circle[]
  readonly room: Room
  /** Reads the definition of a child as it reads those around it. */
  readonly readDefinition: ReadDefinition
}

/** What a check shares with the others, and who is told of the faults it finds. */
export interface Told {
  readonly reading: Reading
  readonly faults: Faults
}

/** A definition that is to be read, and where it stands. */
export interface DefinitionEntry {
  readonly value: unknown
  /** Its path; `''` for the outermost. */
  readonly field: string
  /** How many definitions stand around it. */
  readonly depth: number
}

/** Reads a definition; what it returns is good only if no fault was added. */
export type ReadDefinition = (
  entry: DefinitionEntry,
  reading: Reading,
  faults: Faults,
) => WorkflowDefinition | undefined

/** Begins a reading. */
export function createReading(limits: SizeLimits, readDefinition: ReadDefinition): Reading {
  return { limits, circles: [], room: new Room(), readDefinition }
}

/**
 * Room for the text of a definition. A few objects that are used again and again stand for a text without end, so
 * the text must not be written to learn that it is too long.
 */
class Room {
  #left = MAX_DEFINITION_BYTES

  /** The text is longer than a definition may be. */
  get isOver(): boolean {
    return this.#left < 0
  }

  /** Takes room for a piece of the text; false when there is not enough. */
  take(length: number): boolean {
    this.#left -= length
    return this.#left >= 0
  }
}

/** The JSON of a payload; undefined where it is absent, wrong or there is no room for it. */
export function readJson(value: unknown, field: string, { reading, faults }: Told): JsonValue | undefined {
  if (value === undefined || reading.room.isOver) return undefined
  const text = faults.attempt(() => toJsonText(value, field, reading.limits.payload))
  return text !== undefined && reading.room.take(text.length) ? (JSON.parse(text) as JsonValue) : undefined
}

/** Runs checks with faults of their own, which then go to `faults` with `name`'s task in front of what they say. */
export function underTask<T>(name: unknown, faults: Faults, check: (own: Faults) => T): T {
  const own = new Faults()
  const result = check(own)
  const prefix = typeof name === 'string' && name !== '' ? `task ${JSON.stringify(name.slice(0, 200))}: ` : ''
  for (const { field, problem, limit } of own.found) faults.add(field, prefix + problem, limit)
  return result
}

/** How long a text is at least; of what is none, 0. */
export function lengthOf(text: unknown): number {
  return typeof text === 'string' ? text.length : 0
}

/** The path of a member of an object; the outermost object has the path `''`. */
export function inside(field: string, member: string): string {
  return field === '' ? member : `${field}.${member}`
}
