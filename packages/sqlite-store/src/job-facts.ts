import type { JobDefinition, JobSchedule } from '@dureq/types'
import { readingOnce, writingOnce } from './remember-last.ts'
import type { JobOptions } from './stored-firing.ts'

/** What is stored of a job besides its id, type and payload: the same for most jobs of a batch. */
type FactsText = readonly [
  priority: number,
  createdAt: number,
  /** Null: at once. */
  runAt: number | null,
  stated: JobOptions | null,
]

/** What the facts of a job tell. */
export interface JobFacts {
  readonly priority: number
  readonly createdAt: number
  readonly schedule: JobSchedule
  /** What it states besides; undefined when that is nothing, as with most. */
  readonly stated: JobOptions | undefined
}

const writeTuple = writingOnce()

/** Writes the facts of a job. */
export function writeFacts(job: JobDefinition): string {
  const { priority, createdAt, schedule } = job
  const runAt = schedule.type === 'ONE_TIME' ? schedule.runAt : null
  if (!statesMore(job)) return writeTuple([priority, createdAt, runAt, null])
  return JSON.stringify([priority, createdAt, runAt, statedBy(job)] satisfies FactsText)
}

/** Reads the facts of a job. */
export const readFacts: (text: string) => JobFacts = readingOnce((text) => {
  const [priority, createdAt, runAt, stated] = JSON.parse(text) as FactsText
  return {
    priority,
    createdAt,
    schedule: runAt === null ? { type: 'IMMEDIATE' } : { type: 'ONE_TIME', runAt },
    stated: stated ?? undefined,
  }
})

/** What a job can state besides, tags and headers apart. */
const optional = [
  'retryPolicy',
  'uniqueKey',
  'requestId',
  'dlqAfter',
  'timeoutMs',
  'scheduleToStartTimeoutMs',
  'heartbeatTimeoutMs',
  'retainMs',
] as const satisfies readonly (keyof JobDefinition)[]

function statesMore(job: JobDefinition): boolean {
  if (job.tags.length > 0 || !isEmpty(job.headers)) return true
  return optional.some((name) => job[name] !== undefined)
}

function statedBy({ tags, headers, ...job }: JobDefinition): JobOptions {
  const stated = Object.fromEntries(optional.map((name) => [name, job[name]]))
  return { ...stated, ...(tags.length > 0 && { tags }), ...(!isEmpty(headers) && { headers }) }
}

function isEmpty(record: object): boolean {
  for (const _ in record) return false
  return true
}
