import { ITEMS_PER_PART, type ItemsPart, itemsPartName, type JobsPart, jobsPartName } from '@dureq/types'
import { type Draft, MissingSignal, type WritableJobs, writableJobs } from './draft.ts'
import { type MarkedRange, markedKey } from './known.ts'

/** The items of part `i:<n>` that still wait there; null when there is none, undefined (and noted) when not loaded. */
export function itemsPart(draft: Draft, n: number): ItemsPart | null | undefined {
  if (draft.used.has(n)) return null
  return read(draft, itemsPartName(n)) as ItemsPart | null | undefined
}

/** Part `d:<n>` as it is now; null when there is none, undefined (and noted) when not loaded. */
export function jobsPart(draft: Draft, n: number): JobsPart | WritableJobs | null | undefined {
  return draft.jobs.get(n) ?? storedJobs(draft, n)
}

/** Part `d:<n>` as it is stored. */
export function storedJobs(draft: Draft, n: number): JobsPart | null | undefined {
  return read(draft, jobsPartName(n)) as JobsPart | null | undefined
}

/** Part `d:<n>`, which is loaded, to be changed; one that is not there begins. */
export function editJobs(draft: Draft, n: number): WritableJobs {
  const present = draft.jobs.get(n)
  if (present !== undefined) return present
  const edited = writableJobs(storedJobs(draft, n) ?? { jobs: [] })
  draft.jobs.set(n, edited)
  return edited
}

/** Where an item lies in its parts. */
export function indexInPart(place: number): number {
  return place % ITEMS_PER_PART
}

/** The names in a range of a stored set. */
export function markedNames(draft: Draft, range: MarkedRange): readonly string[] {
  const key = markedKey(range)
  const names = draft.known.marked.get(key)
  if (names !== undefined) return names
  draft.missing.marked.set(key, range)
  throw new MissingSignal()
}

function read(draft: Draft, name: string): ReturnType<Draft['known']['parts']['get']> {
  const part = draft.known.parts.get(name)
  if (part === undefined) draft.missing.parts.add(name)
  return part
}
