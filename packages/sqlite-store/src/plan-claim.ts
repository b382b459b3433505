import { defaultTiers, type HandlerSpec, nextTier } from '@dureq/types'
import type { Line } from './lines.ts'

/** What a claim is planned from. */
export interface ClaimSituation {
  /** The lines that have work: by tier, then in the order of their turns. */
  readonly lines: readonly Line[]
  /** The handler that takes the work of a line, if one does. */
  readonly handlerFor: (line: Line) => HandlerSpec | undefined
  /** Free slots of the handlers that have fewer than `limit`. */
  readonly free: Readonly<Record<string, number>>
  readonly limit: number
  /** Credits of the tiers, highest first. */
  readonly credits: readonly number[]
}

/** One firing to be taken from the front of a line. */
export interface LinePick {
  readonly line: Line
  readonly handler: HandlerSpec
}

/** What a claim takes, in order, and the credits after it. */
export interface ClaimPlan {
  readonly picks: readonly LinePick[]
  readonly credits: readonly number[]
}

/** Credits of the tiers when they are full, highest first. */
const fullCredits: readonly number[] = defaultTiers.map((tier) => tier.weight)

/**
 * Decides which lines a claim takes how much of: tiers by their credits, in a tier the types in turn, in a type its
 * lines in turn. What the node has no handler or no free slot for is passed over.
 */
export function planClaim(situation: ClaimSituation): ClaimPlan {
  const rooms = new Rooms(situation.free, situation.limit)
  const rings = fullCredits.map((_, tier) => ringOf(situation, tier))
  const picks: LinePick[] = []
  let { credits } = situation
  while (picks.length < situation.limit) {
    const heads = rings.map((ring) => headOf(ring, rooms))
    const choice = nextTier(
      credits,
      fullCredits,
      heads.map((head) => head !== undefined),
    )
    const head = choice && heads[choice.tier]
    if (choice === undefined || head === undefined) break
    picks.push(take(rings[choice.tier] as Ring, head, rooms))
    credits = choice.credits
  }
  return { picks, credits }
}

/** A line with what a plan has left in it. */
interface OpenLine {
  readonly line: Line
  readonly handler: HandlerSpec
  left: number
}

/** The types of a tier in the order of their turns, each with its lines in theirs. */
type Ring = OpenLine[][]

function ringOf({ lines, handlerFor }: ClaimSituation, tier: number): Ring {
  const types = new Map<string, OpenLine[]>()
  for (const line of lines) {
    const handler = line.tier === tier ? handlerFor(line) : undefined
    if (handler === undefined) continue
    const ofType = types.get(line.type)
    const open = { line, handler, left: line.waiting }
    if (ofType === undefined) types.set(line.type, [open])
    else ofType.push(open)
  }
  return [...types.values()]
}

/** How many more runs each handler can take. */
class Rooms {
  readonly #left: Map<string, number>
  readonly #limit: number

  constructor(free: Readonly<Record<string, number>>, limit: number) {
    this.#left = new Map(Object.entries(free))
    this.#limit = limit
  }

  has({ name }: HandlerSpec): boolean {
    return (this.#left.get(name) ?? this.#limit) > 0
  }

  use({ name }: HandlerSpec): void {
    this.#left.set(name, (this.#left.get(name) ?? this.#limit) - 1)
  }
}

/** The line whose turn it is. What can give nothing any more leaves the ring, since no room grows in a claim. */
function headOf(ring: Ring, rooms: Rooms): OpenLine | undefined {
  for (let type = ring[0]; type !== undefined; type = ring[0]) {
    const head = type.find((open) => open.left > 0 && rooms.has(open.handler))
    if (head !== undefined) return head
    ring.shift()
  }
  return undefined
}

function take(ring: Ring, head: OpenLine, rooms: Rooms): LinePick {
  head.left--
  rooms.use(head.handler)
  const type = ring.shift() as OpenLine[]
  ring.push([...type.filter((open) => open !== head), head])
  return { line: head.line, handler: head.handler }
}
