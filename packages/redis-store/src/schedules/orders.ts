import type {
  FireOutcome,
  FireRequest,
  FiringOutcome,
  JobStatus,
  ScheduleChange,
  ScheduleOutcome,
} from '@dureq/types'
import { overlapTexts } from './recurrence-texts.ts'
import { skipsText } from './schedule-text.ts'

/** What `lua/fire.lua` takes of a plan. */
export function fireArgs(plan: FireRequest): readonly (string | number)[] {
  const { jobId, version, lastFiredAt, next, times, skips } = plan
  const marked = times.map(({ at, late = false }) => (late ? `${at}!` : String(at)))
  const ahead = [next?.nextRunAt ?? '', next?.dueAt ?? '']
  return [jobId, version, lastFiredAt, ...ahead, marked.join(','), skipsText(skips)]
}

/** What `lua/change.lua` takes of an order. */
export function changeArgs(change: ScheduleChange): readonly (string | number)[] {
  const own = ownArgs(change)
  const by = change.by === undefined ? '' : JSON.stringify(change.by)
  return [change.verb, change.jobId, by, own.length, ...own]
}

function ownArgs(change: ScheduleChange): readonly (string | number)[] {
  if (change.verb === 'backfill') return [change.times.join(',')]
  if (change.verb !== 'update') return []
  const { version, recurrence, skips, lastFiredAt } = change
  const { schedule, anchorAt, next } = recurrence
  const ahead = [next?.nextRunAt ?? '', next?.dueAt ?? '']
  return [
    version,
    JSON.stringify(schedule),
    anchorAt,
    ...ahead,
    skipsText(skips),
    lastFiredAt,
    ...overlapTexts(schedule),
  ]
}

const KINDS: Readonly<Record<string, FiringOutcome['kind']>> = {
  c: 'created',
  h: 'held',
  s: 'skipped',
  e: 'existing',
}

/** What became of a plan. */
export function readFireOutcome({ jobId, times }: FireRequest, text: string): FireOutcome {
  if (text === 'stale' || text === 'unknown') return { kind: text }
  const letters = text.slice('fired'.length)
  const firings = times.map(({ at }, i) => firing(jobId, letters[i] as string, String(at)))
  return { kind: 'fired', firings }
}

/** What became of an order. */
export function readChangeOutcome({ jobId }: ScheduleChange, text: string): ScheduleOutcome {
  const [outcome = '', ...fired] = text.split(';')
  const [kind, detail = ''] = outcome.split(':')
  if (kind === 'refused') return { kind, status: detail as JobStatus }
  if (kind === 'ahead') return detail === '' ? { kind } : { kind, lastFiredAt: Number(detail) }
  if (kind === 'done')
    return { kind, firings: fired.map((one) => firing(jobId, one[0] as string, one.slice(1))) }
  return { kind: kind === 'stale' ? kind : 'unknown' }
}

/** `suffix` is the firing time, with `t` behind it when it was triggered. */
function firing(jobId: string, letter: string, suffix: string): FiringOutcome {
  const kind = KINDS[letter] as FiringOutcome['kind']
  return { kind, at: Number.parseInt(suffix, 10), firingId: `${jobId}:${suffix}` }
}
