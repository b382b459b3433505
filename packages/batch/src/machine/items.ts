import { itemIn, partOfPlace, type StoredItem, type UnmetPart, unmetOrder } from '@dureq/types'
import { isOpen } from './begin.ts'
import type { Draft } from './draft.ts'
import { itemJob } from './job.ts'
import { editJobs, indexInPart, itemsPart, jobsPart } from './parts.ts'

/** Reads everything the dispatch of an item may need, but for the job it had before. */
export function wantItem(draft: Draft, place: number): void {
  const n = partOfPlace(place)
  itemsPart(draft, n)
  jobsPart(draft, n)
}

/**
 * An item whose parts are loaded: from where it waits, else from the job that it has had. Null: that is gone; undefined (and
 * noted): not loaded.
 */
export function itemAt(draft: Draft, place: number): StoredItem | null | undefined {
  const n = partOfPlace(place)
  const waiting = itemsPart(draft, n)
  if (waiting) return itemIn(waiting, indexInPart(place)) ?? null
  const jobId = jobsPart(draft, n)?.jobs[indexInPart(place)]
  return jobId === undefined ? null : itemOfJob(draft, jobId)
}

/** What a member job was made for. */
export function itemOfJob({ known, missing }: Draft, jobId: string): StoredItem | null | undefined {
  const item = known.jobs.get(jobId)
  if (item === undefined) missing.jobs.add(jobId)
  return item
}

/** An item is carried out from now on. */
export function startItem(draft: Draft, place: number, item: StoredItem): void {
  const job = itemJob(draft, place, item)
  draft.enqueue.push(job)
  const part = editJobs(draft, partOfPlace(place))
  part.jobs[indexInPart(place)] = job.id
  part.running.push(indexInPart(place))
  draft.state.running++
}

/** An item is carried out no longer. */
export function stopItem(draft: Draft, place: number): void {
  const part = editJobs(draft, partOfPlace(place))
  part.running = part.running.filter((index) => index !== indexInPart(place))
  if (part.running.length === 0) part.told = false
  draft.state.running--
}

/** Counts an item as failed or cancelled. */
export function countUnmet(draft: Draft, place: number, status: UnmetPart): void {
  draft.unmet.set(place, { status, order: unmetOrder(draft.state.attempt, place) })
  draft.state[status]++
}

/** Takes the part away in which an item has waited with others, when it is the last of them. */
export function useUp(draft: Draft, place: number): void {
  const isLast = indexInPart(place + 1) === 0 || (place + 1 === draft.known.head.size && !isOpen(draft))
  const n = partOfPlace(place)
  if (isLast && itemsPart(draft, n)) draft.used.add(n)
}
