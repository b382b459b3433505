import type { NewJob, Recurrence, RecurringSchedule } from '@dureq/types'
import { recurringDefaults } from '@dureq/types'

/** What `lua/enqueue.lua` takes of a recurrence, in its order. */
export function recurrenceTexts(job: NewJob, { schedule, anchorAt, next }: Recurrence): readonly string[] {
  return [
    firingExtra(job),
    JSON.stringify(schedule),
    String(anchorAt),
    String(next.nextRunAt),
    String(next.dueAt),
    ...overlapTexts(schedule),
  ]
}

/** The overlap policy and the most firings it holds, which scripts decide by. */
export function overlapTexts(schedule: RecurringSchedule<number, number>): readonly [string, string] {
  const { overlapPolicy, bufferLimit } = { ...recurringDefaults, ...schedule }
  return [overlapPolicy, String(bufferLimit)]
}

/**
 * What a firing is given of its job beside the payload: JSON whose last member, the headers, is still open, because
 * `lua/lib/fire.lua` adds those of the firing.
 */
function firingExtra(job: NewJob): string {
  const stated = Object.fromEntries(INHERITED.map((name) => [name, job[name]]))
  return JSON.stringify({ ...stated, headers: job.headers ?? {} }).slice(0, -'}}'.length)
}

const INHERITED = [
  'retryPolicy',
  'tags',
  'dlqAfter',
  'timeoutMs',
  'scheduleToStartTimeoutMs',
  'heartbeatTimeoutMs',
  'concurrencyKeys',
] as const satisfies readonly (keyof NewJob)[]
