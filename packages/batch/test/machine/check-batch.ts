import {
  countBatch,
  ITEMS_PER_PART,
  type ItemStatus,
  itemStatus,
  type JobsPart,
  jobsPartName,
  partOfPlace,
  type UnmetPart,
  unmetPartName,
} from '@dureq/types'
import { expect } from 'vitest'
import { type MemoryBatch, taskOf } from './memory-batch.ts'

/** What must be true of a batch after every step. */
export function checkBatchState(batch: MemoryBatch): void {
  const { state, head, openJobs } = batch
  const { next, completed, failed, cancelled, running, redo = 0, stale = 0 } = state
  const { total, ...counts } = countBatch(state, head.size)
  expect(completed + failed + cancelled + running + redo).toBe(next)
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(total)
  expect(Math.min(...Object.values(counts))).toBeGreaterThanOrEqual(0)
  expect(statusCounts(batch)).toEqual(counts)
  expect(batch.names('unmet')).toHaveLength(redo + stale + failed + cancelled)
  expect(batch.names('active')).toEqual(activeParts(batch))
  checkRunning(batch, running)
  expect(running).toBeLessThanOrEqual(batch.definition.chunkSize ?? 100)
  if (state.phase === 'over') expect(running + openJobs.length).toBe(0)
  // I8: something will move it.
  else expect(openJobs.length + batch.mail.length + batch.timers.size).toBeGreaterThan(0)
}

/** Where an item stands, from what is stored of it. */
export function statusAt(batch: MemoryBatch, place: number): ItemStatus {
  const name = unmetPartName(place)
  const text = batch.parts.get(name)
  const order = batch.marks.get('unmet')?.get(name)
  return itemStatus(batch.state, {
    place,
    jobs: jobsAt(batch, partOfPlace(place)),
    unmet:
      text === undefined || order === undefined
        ? undefined
        : { status: JSON.parse(text) as UnmetPart, order },
  })
}

/** An item counts as running until the end of its job is received. */
function checkRunning(batch: MemoryBatch, running: number): void {
  const flying = new Set(parts(batch).flatMap(({ jobs, running: at = [] }) => at.map((index) => jobs[index])))
  const told = new Set(batch.mail.flatMap((one) => (one.kind === 'jobEnded' ? [one.jobId] : [])))
  const open = batch.openJobs.filter((job) => taskOf(job) !== 'onetime').map(({ id }) => id)
  expect(flying.size).toBe(running)
  expect(open.filter((id) => !flying.has(id))).toEqual([])
  expect([...flying].filter((id) => !told.has(id as string))).toHaveLength(open.length)
}

function parts(batch: MemoryBatch): readonly JobsPart[] {
  const all = Array.from({ length: Math.ceil(batch.head.size / ITEMS_PER_PART) }, (_, n) => n)
  return all.flatMap((n) => jobsAt(batch, n) ?? [])
}

function statusCounts(batch: MemoryBatch): Record<ItemStatus, number> {
  const counts = { pending: 0, running: 0, completed: 0, failed: 0, cancelled: 0 }
  for (let place = 0; place < batch.head.size; place++) counts[statusAt(batch, place)]++
  return counts
}

function jobsAt(batch: MemoryBatch, n: number): JobsPart | undefined {
  const text = batch.parts.get(jobsPartName(n))
  return text === undefined ? undefined : (JSON.parse(text) as JobsPart)
}

function activeParts(batch: MemoryBatch): readonly string[] {
  const all = Array.from({ length: Math.ceil(batch.head.size / ITEMS_PER_PART) }, (_, n) => n)
  const active = all.filter((n) => {
    const part = jobsAt(batch, n)
    return part?.told !== true && (part?.running ?? []).length > 0
  })
  return active.map(jobsPartName)
}
