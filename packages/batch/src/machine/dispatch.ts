import { defaultChunkSize, placeOfUnmet } from '@dureq/types'
import { type Draft, demand } from './draft.ts'
import { failItem } from './fail-item.ts'
import { itemAt, startItem, useUp, wantItem } from './items.ts'
import { markedNames } from './parts.ts'

/**
 * Fills the window of items in flight, as far as the budget goes: first with what earlier attempts have left, then with
 * what was never dispatched. Says whether anything has happened.
 */
export function dispatchItems(draft: Draft): boolean {
  const count = Math.min(roomFor(draft), draft.budget)
  if (count === 0) {
    if (roomFor(draft) > 0) draft.more = true
    return false
  }
  const again = takePlaces(draft, Math.min(draft.state.redo ?? 0, count))
  const fresh = freshPlaces(draft, count - again.length)
  loadItems(draft, [...again, ...fresh])
  for (const place of again) if (draft.state.phase === 'items') dispatchAgain(draft, place)
  for (const place of fresh) if (draft.state.phase === 'items') dispatchFresh(draft, place)
  return true
}

/**
 * Takes what a life before has left out of the set `unmet`, as far as the budget goes. Says whether nothing is left of it.
 */
export function sweepStale(draft: Draft): boolean {
  const { stale = 0 } = draft.state
  const places = takePlaces(draft, Math.min(stale, draft.budget))
  for (const place of places) draft.unmet.set(place, null)
  draft.budget -= places.length
  draft.state.stale = stale - places.length
  if (draft.state.stale > 0) draft.more = true
  return draft.state.stale === 0
}

/** The places of the items that come next and were never dispatched, at most so many. */
export function freshPlaces({ state, known }: Draft, most: number): readonly number[] {
  const count = Math.max(0, Math.min(most, known.head.size - state.next))
  return Array.from({ length: count }, (_, index) => state.next + index)
}

/**
 * How many items could be dispatched now.
 *
 * @param ended jobs in flight that are about to end. Default: 0.
 */
export function roomFor({ state, known }: Draft, ended: number = 0): number {
  const { redo = 0, next, running } = state
  const free = (known.plan.chunkSize ?? defaultChunkSize) - running + ended
  return Math.max(0, Math.min(free, redo + known.head.size - next))
}

/** The first places of the set `unmet` that this step has not dealt with. */
function takePlaces(draft: Draft, count: number): readonly number[] {
  if (count === 0) return []
  const names = markedNames(draft, { set: 'unmet', offset: draft.taken, limit: count })
  draft.taken += names.length
  return names.map(placeOfUnmet)
}

/** Everything that dispatching these reads, in two rounds: parts, then jobs. */
function loadItems(draft: Draft, places: readonly number[]): void {
  for (const place of places) wantItem(draft, place)
  demand(draft)
  for (const place of places) itemAt(draft, place)
  demand(draft)
}

function dispatchAgain(draft: Draft, place: number): void {
  draft.state.redo = (draft.state.redo ?? 0) - 1
  draft.unmet.set(place, null)
  dispatchItem(draft, place)
}

function dispatchFresh(draft: Draft, place: number): void {
  draft.state.next++
  dispatchItem(draft, place)
  useUp(draft, place)
}

function dispatchItem(draft: Draft, place: number): void {
  draft.budget--
  const item = itemAt(draft, place)
  if (item) startItem(draft, place, item)
  else failItem(draft, place, 'its payload is gone')
}
