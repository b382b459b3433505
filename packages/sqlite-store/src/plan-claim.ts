import { type HandlerSpec, nextTier } from '@dureq/types'
import type { TierRule } from './flow-rules.ts'
import type { KeyLine } from './key-lines.ts'
import type { LineGroup } from './line-group.ts'

/** What a claim is planned from. */
export interface ClaimSituation {
  /** The highest first. */
  readonly tiers: readonly TierRule[]
  /** The groups of lines that have work: of each tier in the order of their turns. */
  readonly groups: readonly LineGroup[]
  /** The open lines by key of a group, in the order of their turns; none for a claim that takes none of them. */
  readonly keyLines: (group: LineGroup) => Iterable<KeyLine>
  /** The handler that takes the work of a group, if one does. */
  readonly handlerFor: (group: LineGroup) => HandlerSpec | undefined
  /** Free slots of the handlers that have fewer than `limit`. */
  readonly free: Readonly<Record<string, number>>
  /** How many may start in a tier and of a type, by `limitsOf`: whatever stands under one name shares it. */
  readonly limitsOf: (group: LineGroup) => readonly PlanLimit[]
  readonly limit: number
  /** Credits of the tiers, by their number. */
  readonly credits: readonly (number | null)[]
}

/** How many more may start under a limit. */
export interface PlanLimit {
  readonly name: string
  readonly room: number
}

/** One firing to be taken from the front of a line: that of a key, or of the jobs without. */
export interface LinePick {
  readonly group: LineGroup
  readonly line: KeyLine | undefined
  readonly handler: HandlerSpec
}

/** What a claim takes, in order, and the credits after it. */
export interface ClaimPlan {
  readonly picks: readonly LinePick[]
  readonly credits: readonly (number | null)[]
}

/**
 * Decides which lines a claim takes how much of: tiers by their credits, in a tier the types in turn, in a type its
 * lines in turn. What the node has no handler or no free slot for is passed over, and what has reached a limit.
 */
export function planClaim(situation: ClaimSituation): ClaimPlan {
  const { tiers, limit } = situation
  const rooms = new Rooms(situation)
  const rings = tiers.map(({ code }) => ringOf(situation, code))
  const weights = tiers.map(({ weight }) => weight)
  let credits: readonly number[] = tiers.map(({ code, weight }) =>
    Math.min(weight, situation.credits[code] ?? weight),
  )
  const picks: LinePick[] = []
  while (picks.length < limit) {
    const heads = rings.map((ring) => headOf(ring, rooms))
    const choice = nextTier(
      credits,
      weights,
      heads.map((head) => head !== undefined),
    )
    const head = choice && heads[choice.tier]
    if (choice === undefined || head === undefined) break
    picks.push(take(rings[choice.tier] as Ring, head, rooms))
    credits = choice.credits
  }
  return { picks, credits: byCode(situation, credits) }
}

function byCode(situation: ClaimSituation, credits: readonly number[]): readonly (number | null)[] {
  const all = [...situation.credits]
  situation.tiers.forEach(({ code }, at) => {
    // A number that was left out would be a hole.
    while (all.length < code) all.push(null)
    all[code] = credits[at] as number
  })
  return all
}

/** A line with what a plan has left in it. */
interface OpenLine {
  readonly source: Source
  readonly line: KeyLine | undefined
  readonly turn: number
  left: number
}

/** The types of a tier in the order of their turns. */
type Ring = TypeLines[]

function ringOf(situation: ClaimSituation, tier: number): Ring {
  const types = new Map<string, Source[]>()
  for (const group of situation.groups) {
    const handler = group.tier === tier ? situation.handlerFor(group) : undefined
    if (handler === undefined) continue
    const source = new Source(situation, group, handler)
    const ofType = types.get(group.type)
    if (ofType === undefined) types.set(group.type, [source])
    else ofType.push(source)
  }
  return [...types.values()].map((sources) => new TypeLines(sources))
}

/** The lines of one group that were not served yet by this plan, looked at one after the other. */
class Source {
  readonly group: LineGroup
  readonly handler: HandlerSpec
  readonly limits: readonly PlanLimit[]
  readonly #keyLines: Iterator<KeyLine> | undefined
  #plain: OpenLine | undefined
  #next: OpenLine | undefined

  constructor({ keyLines, limitsOf }: ClaimSituation, group: LineGroup, handler: HandlerSpec) {
    this.group = group
    this.handler = handler
    this.limits = limitsOf(group)
    this.#keyLines = group.open > 0 ? keyLines(group)[Symbol.iterator]() : undefined
    this.#plain =
      group.waiting > 0 ? { source: this, line: undefined, turn: group.turn, left: group.waiting } : undefined
  }

  /** The one whose turn it is. */
  peek(): OpenLine | undefined {
    if (this.#next === undefined) this.#next = this.#nextByKey()
    if (this.#plain === undefined) return this.#next
    return this.#next === undefined || this.#plain.turn < this.#next.turn ? this.#plain : this.#next
  }

  #nextByKey(): OpenLine | undefined {
    const next = this.#keyLines?.next()
    if (next === undefined || next.done) return undefined
    return { source: this, line: next.value, turn: next.value.turn, left: next.value.waiting }
  }

  /** It has been served. */
  pass(open: OpenLine): void {
    if (open === this.#plain) this.#plain = undefined
    else if (open === this.#next) this.#next = undefined
  }
}

/** The lines of a type: those not served yet by their turns, then those that were, in the order in which they were. */
class TypeLines {
  readonly #sources: readonly Source[]
  readonly #served: OpenLine[] = []

  constructor(sources: readonly Source[]) {
    this.#sources = sources
  }

  head(rooms: Rooms): OpenLine | undefined {
    let first: OpenLine | undefined
    for (const source of this.#sources) {
      const open = rooms.has(source) ? source.peek() : undefined
      if (open !== undefined && (first === undefined || open.turn < first.turn)) first = open
    }
    return first ?? this.#served.find((open) => open.left > 0 && rooms.has(open.source))
  }

  serve(open: OpenLine): void {
    open.left--
    open.source.pass(open)
    const at = this.#served.indexOf(open)
    if (at >= 0) this.#served.splice(at, 1)
    if (open.left > 0) this.#served.push(open)
  }
}

/** How many more runs each handler can take, and each limit allows. */
class Rooms {
  readonly #left: Map<string, number>
  readonly #limits = new Map<string, number>()
  readonly #limit: number

  constructor({ free, limit }: ClaimSituation) {
    this.#left = new Map(Object.entries(free))
    this.#limit = limit
  }

  has({ handler, limits }: Source): boolean {
    return (this.#left.get(handler.name) ?? this.#limit) > 0 && limits.every((each) => this.#leftOf(each) > 0)
  }

  use({ handler, limits }: Source): void {
    this.#left.set(handler.name, (this.#left.get(handler.name) ?? this.#limit) - 1)
    for (const each of limits) this.#limits.set(each.name, this.#leftOf(each) - 1)
  }

  #leftOf({ name, room }: PlanLimit): number {
    return this.#limits.get(name) ?? room
  }
}

/** The line whose turn it is. What can give nothing any more leaves the ring, since no room grows in a claim. */
function headOf(ring: Ring, rooms: Rooms): OpenLine | undefined {
  for (let type = ring[0]; type !== undefined; type = ring[0]) {
    const head = type.head(rooms)
    if (head !== undefined) return head
    ring.shift()
  }
  return undefined
}

function take(ring: Ring, head: OpenLine, rooms: Rooms): LinePick {
  const { source, line } = head
  rooms.use(source)
  const type = ring.shift() as TypeLines
  type.serve(head)
  ring.push(type)
  return { group: source.group, line, handler: source.handler }
}
