import type { Connection } from './connection.ts'
import { type KeyLine, KeyLineTable, type ParkedKey, type ParkedLine } from './key-lines.ts'
import type { KeyRooms, LineBook, LineName } from './line-book.ts'
import {
  deleteGroup,
  type GroupName,
  type LineGroup,
  newGroup,
  type OpenGroup,
  readGroups,
  saveGroup,
  standingIn,
} from './line-group.ts'
import type { Numbers } from './numbers.ts'

/** Reads all groups of lines. */
export function openLines(db: Connection, numbers: Numbers, rooms: KeyRooms): LineBook {
  return new StoredLines({ db, numbers, rooms })
}

interface Sources {
  readonly db: Connection
  readonly numbers: Numbers
  readonly rooms: KeyRooms
}

class StoredLines implements LineBook {
  readonly #sources: Sources
  readonly #keyLines: KeyLineTable
  readonly #groups = new Map<string, OpenGroup>()
  readonly #byType = new Map<string, OpenGroup[]>()
  readonly #changed = new Set<OpenGroup>()
  readonly #made = new Set<OpenGroup>()
  #inTurn: readonly OpenGroup[] | undefined
  /** The group of the firing before: mostly the next one's too. */
  #last: OpenGroup | undefined

  constructor(sources: Sources) {
    this.#sources = sources
    this.#keyLines = new KeyLineTable(sources.db)
    for (const group of readGroups(sources.db)) this.#enter(group)
  }

  inTurn(): readonly OpenGroup[] {
    this.#inTurn ??= [...this.#groups.values()].sort(byTurn)
    return this.#inTurn
  }

  keyLines(group: LineGroup, wanted: number): Iterable<KeyLine> {
    return this.#keyLines.inTurn(group as OpenGroup, wanted)
  }

  prefetch(names: Iterable<LineName>): void {
    const keys = new Map<OpenGroup, string[]>()
    for (const name of names) {
      const group = name.key === '' ? undefined : this.#find(name)
      if (group === undefined) continue
      const ofGroup = keys.get(group)
      if (ofGroup === undefined) keys.set(group, [name.key])
      else ofGroup.push(name.key)
    }
    for (const [group, ofGroup] of keys) this.#keyLines.prefetch(group, ofGroup)
  }

  join(name: LineName, end: 'front' | 'back'): number {
    const ticket = ++this.#sources.numbers.ticket
    const group = this.#find(name) ?? this.#make(name, ticket)
    this.#changed.add(group)
    if (name.key === '' || this.#joinByKey(group, { key: name.key, end, ticket })) {
      group.growth++
      group.arrived = ticket
    }
    if (name.key === '') group.waiting++
    else group.keyed++
    return end === 'back' ? ticket : -ticket
  }

  /** Answers whether the line is open now. */
  #joinByKey(group: OpenGroup, { key, end, ticket }: Joining): boolean {
    const line = this.#keyLines.find(group, key)
    if (line.waiting === 0) {
      line.turn = ticket
      group.open++
    } else if (end === 'front') this.#headChanged(line)
    line.waiting++
    this.#keyLines.changed(line)
    return line.parkedAt === null
  }

  leave(name: LineName): void {
    const group = this.#find(name)
    if (group === undefined) throw new RangeError(`nobody stands in the line of ${name.type}`)
    this.#changed.add(group)
    if (name.key === '') {
      group.waiting--
      group.growth--
      return
    }
    group.keyed--
    const line = this.#keyLines.find(group, name.key)
    line.waiting--
    this.#keyLines.changed(line)
    if (line.waiting > 0) this.#headChanged(line)
    else this.#empty(line)
  }

  #empty(line: KeyLine): void {
    if (line.parkedAt === null) {
      line.group.open--
      return this.#meet(line)
    }
    this.#sources.rooms.parked(line.parkedAt, -1)
    line.parkedAt = null
    line.parked = null
  }

  /** Whoever stands at the front of a line now may need other keys than the one before. */
  #headChanged(line: KeyLine): void {
    if (line.parkedAt !== null) this.#open(line)
    else this.#meet(line)
  }

  /** What a line was put back for, it has had its chance to take. */
  #meet(line: KeyLine): void {
    if (line.openedFor === null) return
    this.#sources.rooms.recheck(line.openedFor)
    line.openedFor = null
    this.#keyLines.changed(line)
  }

  park(line: KeyLine, key: string): void {
    if (line.parkedAt !== null || line.waiting === 0) return
    this.#meet(line)
    line.parkedAt = key
    line.parked = ++this.#sources.numbers.ticket
    line.group.open--
    this.#changed.add(line.group)
    this.#keyLines.changed(line)
    this.#sources.rooms.parked(key, 1)
  }

  #open(line: KeyLine): void {
    if (line.parkedAt === null) return
    this.#sources.rooms.parked(line.parkedAt, -1)
    line.parkedAt = null
    line.parked = null
    line.group.open++
    this.#keyLines.changed(line)
    this.touch(line.group, 1)
  }

  putBack(keys: readonly ParkedKey[]): void {
    for (const parked of this.#keyLines.firstParkedAt(keys)) {
      const line = this.#lineOf(parked)
      this.#open(line)
      line.openedFor = parked.parkedAt
    }
  }

  #lineOf(name: ParkedLine): KeyLine {
    const group = this.#find(name)
    if (group === undefined) throw new RangeError(`nobody stands in the line of ${name.type}`)
    return this.#keyLines.find(group, name.key)
  }

  served(name: LineGroup, line: KeyLine | undefined): void {
    const ticket = ++this.#sources.numbers.ticket
    for (const group of this.#byType.get(typeKey(name)) ?? []) {
      group.typeTurn = ticket
      if (line === undefined && group.version === name.version) group.turn = ticket
      this.#changed.add(group)
    }
    if (line !== undefined) {
      line.turn = ticket
      this.#keyLines.changed(line)
    }
    this.#inTurn = undefined
  }

  touch(group: LineGroup, nodes: number): void {
    const known = group as OpenGroup
    known.arrived = ++this.#sources.numbers.ticket
    known.growth += nodes
    this.#changed.add(known)
  }

  flushKeyLines(): void {
    this.#keyLines.flush()
  }

  flush(told: Parameters<LineBook['flush']>[0]): void {
    this.#keyLines.flush()
    const { db } = this.#sources
    for (const group of this.#changed) {
      told.grown(group, group.growth)
      group.growth = 0
      if (standingIn(group) > 0) saveGroup(db, group)
      else this.#close(group, told)
    }
    this.#changed.clear()
    for (const group of this.#made) if (standingIn(group) > 0) told.made(group)
    this.#made.clear()
    this.#keyLines.relax()
  }

  #find(name: GroupName): OpenGroup | undefined {
    if (this.#last !== undefined && isSameGroup(this.#last, name)) return this.#last
    this.#last = this.#groups.get(groupKey(name))
    return this.#last
  }

  /** A group that comes into being is served when its type's turn comes; a type that does is served last. */
  #make({ tier, type, version }: GroupName, ticket: number): OpenGroup {
    const typeTurn = this.#byType.get(typeKey({ tier, type }))?.[0]?.typeTurn ?? ticket
    const group = this.#enter(newGroup([tier, type, version, 0, 0, 0, ticket, typeTurn, ticket]))
    this.#made.add(group)
    this.#keyLines.begin(group)
    return group
  }

  #enter(group: OpenGroup): OpenGroup {
    const ofType = this.#byType.get(typeKey(group))
    if (ofType === undefined) this.#byType.set(typeKey(group), [group])
    else ofType.push(group)
    this.#groups.set(groupKey(group), group)
    this.#last = group
    this.#inTurn = undefined
    return group
  }

  #close(group: OpenGroup, told: Parameters<LineBook['flush']>[0]): void {
    const left = this.#byType.get(typeKey(group))?.filter((other) => other !== group) ?? []
    if (left.length > 0) this.#byType.set(typeKey(group), left)
    else this.#byType.delete(typeKey(group))
    this.#groups.delete(groupKey(group))
    this.#keyLines.forget(group)
    this.#inTurn = undefined
    this.#last = undefined
    deleteGroup(this.#sources.db, group)
    told.closed(group)
  }
}

interface Joining {
  readonly key: string
  readonly end: 'front' | 'back'
  readonly ticket: number
}

function groupKey({ tier, type, version }: GroupName): string {
  return `${tier} ${type}\n${version}`
}

function typeKey({ tier, type }: Pick<GroupName, 'tier' | 'type'>): string {
  return `${tier} ${type}`
}

function isSameGroup(a: GroupName, b: GroupName): boolean {
  return a.type === b.type && a.tier === b.tier && a.version === b.version
}

function byTurn(a: OpenGroup, b: OpenGroup): number {
  return a.tier - b.tier || a.typeTurn - b.typeTurn || a.turn - b.turn
}
