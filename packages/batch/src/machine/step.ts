import {
  type BatchMark,
  type BatchState,
  itemsPartName,
  type JobsPart,
  jobsPartName,
  type PartWrite,
  unmetPartName,
} from '@dureq/types'
import type { Draft, Unmet, WritableJobs } from './draft.ts'
import type { BatchPart } from './known.ts'
import { storedJobs } from './parts.ts'
import type { Reduced } from './reduce.ts'
import { isActive } from './tell-in-flight.ts'

/** A draft that is complete, as a commit. */
export function stepOf(draft: Draft): Reduced {
  const { end, input } = draft
  const state = stateOf(draft)
  return {
    kind: 'done',
    state,
    parts: partsOf(draft),
    commit: {
      status: end?.status ?? draft.known.head.status,
      state: JSON.stringify(state),
      ...(end?.error !== undefined && { error: end.error }),
      ...(input !== undefined && { input }),
      parts: [...usedWrites(draft), ...jobsWrites(draft), ...unmetWrites(draft)],
      enqueue: draft.enqueue,
      cancel: draft.cancel,
      create: [],
      send: draft.send,
      timers: [...draft.timers].map(([name, dueAt]) => (dueAt === undefined ? { name } : { name, dueAt })),
      acknowledge: [],
      events: draft.events,
    },
  }
}

/** Without counters that are 0, but for those that every state has. */
function stateOf({ state }: Draft): BatchState {
  const { redo = 0, stale = 0, ...rest } = state
  return { ...rest, ...(redo > 0 && { redo }), ...(stale > 0 && { stale }) }
}

function partsOf({ used, jobs, unmet }: Draft): ReadonlyMap<string, BatchPart | null> {
  const parts = new Map<string, BatchPart | null>()
  for (const n of used) parts.set(itemsPartName(n), null)
  for (const [n, part] of jobs) parts.set(jobsPartName(n), storedForm(part))
  for (const [place, item] of unmet) parts.set(unmetPartName(place), item?.status ?? null)
  return parts
}

function storedForm({ jobs, running, told }: WritableJobs): JobsPart {
  if (running.length === 0) return { jobs }
  return { jobs, running, ...(told && { told }) }
}

function usedWrites({ used }: Draft): readonly PartWrite[] {
  return [...used].map((n) => ({ name: itemsPartName(n) }))
}

function jobsWrites(draft: Draft): readonly PartWrite[] {
  return [...draft.jobs].map(([n, part]) => {
    const wasActive = isActive(storedJobs(draft, n))
    const text = JSON.stringify(storedForm(part))
    if (wasActive === isActive(part)) return { name: jobsPartName(n), text }
    return { name: jobsPartName(n), text, marks: { active: wasActive ? null : n } satisfies MarkWrites }
  })
}

function unmetWrites({ unmet }: Draft): readonly PartWrite[] {
  return [...unmet].map(([place, item]) => unmetWrite(unmetPartName(place), item))
}

function unmetWrite(name: string, item: Unmet | null): PartWrite {
  const marks: MarkWrites = { unmet: item?.order ?? null }
  return item === null ? { name, marks } : { name, text: JSON.stringify(item.status), marks }
}

type MarkWrites = Partial<Record<BatchMark, number | null>>
