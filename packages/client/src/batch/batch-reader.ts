import {
  type BatchPlan,
  type BatchState,
  type InstanceHead,
  ITEMS_PER_PART,
  type ItemsPart,
  itemIn,
  itemStatus,
  itemsPartName,
  type JobRecord,
  type JobsPart,
  jobsPartName,
  partOfPlace,
  type UnmetPart,
  unmetPartName,
} from '@dureq/types'
import { type ClientCore, MAX_ITEMS } from '../core.ts'
import { createDefinitions } from '../definitions.ts'
import { type BatchView, type ItemView, stateOf } from './batch-view.ts'

/** A stretch of the items of a batch, in their order. */
export interface ItemRange {
  readonly offset: number
  /** At most 1,000. */
  readonly limit: number
}

/** Reads batches with as few calls of the store as possible. No read is larger than what it is asked for. */
export interface BatchReader {
  head(id: string): Promise<InstanceHead | undefined>
  /** What a head belongs to, without items; undefined when it was removed meanwhile. */
  view(head: InstanceHead): Promise<BatchView | undefined>
  items(head: InstanceHead, range: ItemRange): Promise<readonly ItemView[]>
  /** The place of an item among the items; undefined when the batch has none of this id. */
  placeOf(batchId: string, itemId: string): Promise<number | undefined>
}

/** A reader of the batches of a store. */
export function createBatchReader(core: Pick<ClientCore, 'store' | 'records' | 'instances'>): BatchReader {
  const definitions = createDefinitions<BatchPlan>(core.store)
  return {
    head: (id) => core.instances.head('batch', id),
    async view(head) {
      const plan = head.definitionHash === undefined ? undefined : await definitions.read(head.definitionHash)
      if (plan === undefined) return undefined
      const state = stateOf(head)
      const { onetime } = state
      const job = onetime && (await core.records.add(onetime.jobId))
      return { head, state, plan, items: [], onetime: job }
    },
    items: (head, range) => readItems(core, head, range),
    async placeOf(batchId, itemId) {
      const [place] = await core.store.mailboxes.places(batchId, 'names', [itemId])
      return place
    },
  }
}

/** What is stored of the items of one batch that are read. */
interface Stored {
  readonly state: BatchState
  readonly waiting: ReadonlyMap<number, ItemsPart>
  readonly jobs: ReadonlyMap<number, JobsPart>
  readonly unmet: ReadonlyMap<number, { readonly status: UnmetPart; readonly order: number }>
}

async function readItems(
  core: Pick<ClientCore, 'store' | 'records'>,
  head: InstanceHead,
  { offset, limit }: ItemRange,
): Promise<readonly ItemView[]> {
  const range = { offset, limit: Math.min(limit, MAX_ITEMS) }
  const { names } = await core.store.mailboxes.marked(head.id, 'names', range)
  if (names.length === 0) return []
  const state = stateOf(head)
  const { waiting, jobs } = await readParts(core, head.id, { offset, limit: names.length })
  const places = names.map((_, i) => offset + i)
  const unmet = await readUnmet(core, { id: head.id, state, jobs }, places)
  const stored = { state, waiting, jobs, unmet }
  return await Promise.all(
    names.map(async (id, i) => {
      const place = offset + i
      const jobId = jobOf(stored, place)
      const job = jobId === undefined ? undefined : await core.records.add(jobId)
      return itemView(stored, { id, place, job })
    }),
  )
}

function jobOf({ jobs }: Pick<Stored, 'jobs'>, place: number): string | undefined {
  return jobs.get(partOfPlace(place))?.jobs[place % ITEMS_PER_PART]
}

function itemView(
  stored: Stored,
  { id, place, job }: { readonly id: string; readonly place: number; readonly job: JobRecord | undefined },
): ItemView {
  const part = stored.waiting.get(partOfPlace(place))
  const status = itemStatus(stored.state, {
    place,
    jobs: stored.jobs.get(partOfPlace(place)),
    unmet: stored.unmet.get(place),
  })
  const waiting = part && itemIn(part, place % ITEMS_PER_PART)
  return { id, place, status, job, payload: job?.payload ?? waiting?.payload }
}

/** Waiting items and jobs of the same parts come from one call, so that an item is in one of them at least. */
async function readParts(
  { store }: Pick<ClientCore, 'store'>,
  id: string,
  { offset, limit }: ItemRange,
): Promise<Pick<Stored, 'waiting' | 'jobs'>> {
  const first = partOfPlace(offset)
  const numbers = Array.from({ length: partOfPlace(offset + limit - 1) - first + 1 }, (_, i) => first + i)
  const parts = await store.mailboxes.parts(id, [...numbers.map(itemsPartName), ...numbers.map(jobsPartName)])
  const waiting = new Map<number, ItemsPart>()
  const jobs = new Map<number, JobsPart>()
  numbers.forEach((n, i) => {
    const items = parts[i]
    const begun = parts[numbers.length + i]
    if (items !== undefined) waiting.set(n, JSON.parse(items.text) as ItemsPart)
    if (begun !== undefined) jobs.set(n, JSON.parse(begun.text) as JobsPart)
  })
  return { waiting, jobs }
}

/** Of the items whose job is not in flight, those that were not completed. */
async function readUnmet(
  { store }: Pick<ClientCore, 'store'>,
  { id, state, jobs }: { readonly id: string } & Pick<Stored, 'state' | 'jobs'>,
  places: readonly number[],
): Promise<Stored['unmet']> {
  const unmet = new Map<number, { readonly status: UnmetPart; readonly order: number }>()
  const candidates = mayBeUnmet(state) ? places.filter((place) => jobOf({ jobs }, place) !== undefined) : []
  if (candidates.length === 0) return unmet
  const names = candidates.map(unmetPartName)
  const [parts, orders] = await Promise.all([
    store.mailboxes.parts(id, names),
    store.mailboxes.places(id, 'unmet', names),
  ])
  candidates.forEach((place, i) => {
    const part = parts[i]
    const order = orders[i]
    if (part !== undefined && order !== undefined)
      unmet.set(place, { status: JSON.parse(part.text) as UnmetPart, order })
  })
  return unmet
}

function mayBeUnmet({ failed, cancelled, redo = 0, stale = 0 }: BatchState): boolean {
  return failed + cancelled + redo + stale > 0
}
