import type { KeyLine, ParkedKey } from './key-lines.ts'
import type { GroupName, LineGroup } from './line-group.ts'

/** The name of a line. */
export interface LineName extends GroupName {
  /** The first concurrency key of its jobs; empty for none. */
  readonly key: string
}

/**
 * All groups of lines somebody stands in, in memory as they are stored. Lines by key, of which there may be many, are read
 * when they are needed.
 */
export interface LineBook {
  /** The type first whose turn it is, of each tier, and in it the group. Some may have become empty. */
  inTurn(): readonly LineGroup[]
  /** The open lines by key of a group, in the order of their turns; about so many are wanted. */
  keyLines(group: LineGroup, wanted: number): Iterable<KeyLine>
  /** Reads at once the lines by key that are about to be needed. */
  prefetch(names: Iterable<LineName>): void
  /** Somebody joins; answers with the number he stands under. */
  join(line: LineName, end: 'front' | 'back'): number
  leave(line: LineName): void
  /** A line has been served: its type, and in it the line, come last now. */
  served(group: LineGroup, line: KeyLine | undefined): void
  /** There is no room for the head of a line in one of its keys. */
  park(line: KeyLine, key: string): void
  /** Puts the longest parked line of each group back that waits for room in one of these keys. */
  putBack(keys: readonly ParkedKey[]): void
  /** There is more to claim in a group than was known: so many nodes are to look. */
  touch(group: LineGroup, nodes: number): void
  /** Writes the lines by key, so that queries find them. */
  flushKeyLines(): void
  /** Writes what has changed since the last time. */
  flush(told: LineNews): void
}

/** Who is told of changes of lines: of those of keys at once, of those of groups when they are written. */
interface LineNews {
  /** A group has changed: by how many it has grown. */
  grown(group: LineGroup, count: number): void
  /** A group has come into being. */
  made(group: LineGroup): void
  /** Nobody stands in a group any more. */
  closed(group: LineGroup): void
}

/** Who keeps the room of keys: told of every line that is parked there or is not any more. */
export interface KeyRooms {
  parked(key: string, by: 1 | -1): void
  /** A line that was put back for a key has been met or has changed: others may have its room. */
  recheck(key: string): void
}
