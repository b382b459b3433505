import { type BatchEnding, ITEMS_PER_PART, type JobsPart } from '@dureq/types'
import { type Draft, demand, type WritableJobs } from './draft.ts'
import { editJobs, jobsPart, markedNames } from './parts.ts'

/**
 * Cancels the jobs in flight of a batch that is ending, part by part, as far as the budget goes. They report their end as any
 * job does.
 */
export function tellInFlight(draft: Draft, ending: BatchEnding): void {
  if (ending.told === true) return
  const { onetime } = draft.state
  const most = Math.max(1, Math.floor(draft.budget / ITEMS_PER_PART))
  const { parts, hasMore } = activeParts(draft, most)
  if (hasMore) draft.more = true
  else {
    draft.state.ending = { ...ending, told: true }
    if (onetime?.status === 'running') draft.cancel.push({ id: onetime.jobId, reason: ending.error })
  }
  for (const n of parts) tellPart(editJobs(draft, n), draft, ending.error)
  draft.budget = 0
}

/** Parts of which jobs are in flight that have not been told. */
function activeParts(
  draft: Draft,
  most: number,
): { readonly parts: readonly number[]; readonly hasMore: boolean } {
  if (draft.state.running === 0) return { parts: [], hasMore: false }
  const names = markedNames(draft, { set: 'active', offset: 0, limit: most + 1 })
  const stored = names.slice(0, most).map((name) => Number(name.slice('d:'.length)))
  for (const n of stored) jobsPart(draft, n)
  demand(draft)
  // Parts this step has changed may have left the set or joined it.
  const parts = new Set([...stored, ...draft.jobs.keys()])
  return {
    parts: [...parts].filter((n) => isActive(jobsPart(draft, n))),
    hasMore: names.length > most,
  }
}

/** Whether a part stands in the set `active`. */
export function isActive(part: JobsPart | WritableJobs | null | undefined): boolean {
  return part?.told !== true && (part?.running ?? []).length > 0
}

function tellPart(part: WritableJobs, { cancel }: Draft, reason: string): void {
  for (const index of part.running) cancel.push({ id: part.jobs[index] as string, reason })
  part.told = true
}
