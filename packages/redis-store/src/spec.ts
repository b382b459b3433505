import type { NewJob } from '@dureq/types'
import { RECURS } from './definition.ts'
import { recurrenceTexts } from './schedules/recurrence-texts.ts'

/** Everything of a job but its id and payload: equal for most jobs of a batch, so the script reads it once. */
export function specOf(job: NewJob): string {
  const { taskType, priority, delayMs, runAt, version = '', recurrence } = job
  const when = recurrence === undefined ? (runAt ?? '') : RECURS
  const spec = `${taskType}\n${version}\n${priority}\n${delayMs ? delayMs : ''}\n${when}\n${extraOf(job)}`
  return recurrence === undefined ? spec : `${spec}\n${recurrenceTexts(job, recurrence).join('\n')}`
}

/** What of a job has a place of its own. */
const COMMON: ReadonlySet<string> = new Set([
  'id',
  'taskType',
  'payload',
  'priority',
  'delayMs',
  'runAt',
  'version',
  'recurrence',
] satisfies (keyof NewJob)[])

/** The rest as JSON; most jobs have none. */
function extraOf(job: NewJob): string {
  for (const name in job) {
    if (!COMMON.has(name)) return JSON.stringify({ ...job, ...NOT_COMMON })
  }
  return ''
}

/** Members that are undefined are not written. */
const NOT_COMMON = Object.fromEntries([...COMMON].map((name) => [name, undefined]))
