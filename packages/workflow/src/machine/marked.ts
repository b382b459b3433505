import type { Mark } from '@dureq/dag'
import { type Draft, demand, MissingSignal } from './draft.ts'
import { heldTasks, isHeld } from './held.ts'
import { type MarkedNames, markedKey } from './known.ts'
import { orderIn, type TaskFacts } from './task-facts.ts'
import { factsOf, storedFacts, wantTasks } from './tasks.ts'

/** Names read at once. */
const CHUNK = 1_000

/**
 * The first tasks of a set as it is now: as it is stored, less those that have left it in this step, and those that have joined.
 *
 * @param most how many are asked for; by default all.
 */
export function tasksIn(draft: Draft, set: Mark, most: number = Number.POSITIVE_INFINITY): readonly string[] {
  const stored = storedIn(draft, set, most)
  wantTasks(draft, stored)
  demand(draft)
  const names = [...heldIn(draft, set), ...stored, ...joined(draft, set)]
  const found = names.map((name) => ({ name, order: placed(draft, set, name) }))
  // In a set ordered by time, place decides between those of one moment.
  found.sort((a, b) => a.order.at - b.order.at || a.order.place - b.order.place)
  return found.slice(0, most).map(({ name }) => name)
}

/** How many tasks a set has now. */
export function countIn(draft: Draft, set: Mark): number {
  const { total } = read(draft, set, { offset: 0, limit: 1 })
  let count = total + heldIn(draft, set).length
  for (const name of draft.tasks.keys()) {
    if (isHeld(draft, name)) continue
    count += Number(isIn(factsOf(draft, name), set)) - Number(isIn(storedFacts(draft, name), set))
  }
  return count
}

/** Those of the tasks the head holds: their sets are not stored. */
function heldIn(draft: Draft, set: Mark): readonly string[] {
  const names = heldTasks(draft)
  wantTasks(draft, names)
  demand(draft)
  return names.filter((name) => isIn(factsOf(draft, name), set))
}

/** Names in the stored set that are in it still. */
function storedIn(draft: Draft, set: Mark, most: number): string[] {
  const names: string[] = []
  for (let offset = 0; names.length < most; offset += CHUNK) {
    if (counted(draft, set) === 0 || isHeldAlone(draft)) break
    const found = read(draft, set, { offset, limit: CHUNK })
    names.push(...found.names.map(taskNamed).filter((name) => isStill(draft, set, name)))
    if (offset + CHUNK >= found.total) break
  }
  return names.slice(0, most)
}

function joined(draft: Draft, set: Mark): string[] {
  return [...draft.tasks.keys()].filter(
    (name) => !isHeld(draft, name) && isIn(factsOf(draft, name), set) && !isIn(storedFacts(draft, name), set),
  )
}

function isStill(draft: Draft, set: Mark, name: string): boolean {
  return !draft.tasks.has(name) || isIn(factsOf(draft, name), set)
}

function isIn(facts: TaskFacts | undefined, set: Mark): boolean {
  return facts !== undefined && orderIn(facts, set) !== undefined
}

/** How many the stored set has, where the head says it: what is known to be empty need not be read. */
function counted({ known }: Draft, set: Mark): number | undefined {
  const { ready, active, told = 0, children = 0, halted = 0, waiting = 0, added } = known.state
  if (set.startsWith('signal:')) return waiting
  const counts: Readonly<Partial<Record<Mark, number>>> = {
    ready,
    active: active - told,
    told,
    child: children,
    halted,
    waiting,
    added,
  }
  return counts[set]
}

function read(
  draft: Draft,
  set: Mark,
  range: { readonly offset: number; readonly limit: number },
): MarkedNames {
  if (counted(draft, set) === 0 || isHeldAlone(draft)) return { names: [], total: 0 }
  const key = markedKey({ set, ...range })
  const found = draft.known.marked.get(key)
  if (found !== undefined) return found
  draft.missing.marked.set(key, { set, ...range })
  throw new MissingSignal()
}

/** Whether there are no tasks but those the head holds. */
function isHeldAlone({ known }: Draft): boolean {
  return known.state.tasks !== undefined && known.state.added === 0
}

function placed(draft: Draft, set: Mark, name: string): { readonly at: number; readonly place: number } {
  const facts = factsOf(draft, name) as TaskFacts
  return { at: orderIn(facts, set) ?? 0, place: facts.place }
}

const PREFIX = 't:'

function taskNamed(part: string): string {
  return part.slice(PREFIX.length)
}
