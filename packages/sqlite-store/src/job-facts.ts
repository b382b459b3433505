import type { JobDefinition, JobSchedule, RecurringSchedule } from '@dureq/types'
import { readingOnce, writingOnce } from './remember-last.ts'
import type { JobOptions } from './stored-firing.ts'

type Recurrent = RecurringSchedule<number, number>

/** What is stored of a job besides its id, type and payload: the same for most jobs of a batch. */
type FactsText = readonly [
  priority: number,
  createdAt: number,
  /** Null: at once. A recurring job has its schedule here. */
  when: number | null | Recurrent,
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
  const when = whenOf(schedule)
  if (!statesMore(job) && (when === null || typeof when === 'number')) {
    return writeTuple([priority, createdAt, when, null])
  }
  return JSON.stringify([priority, createdAt, when, statedBy(job)] satisfies FactsText)
}

/** Reads the facts of a job. */
export const readFacts: (text: string) => JobFacts = readingOnce((text) => {
  const [priority, createdAt, when, stated] = JSON.parse(text) as FactsText
  return {
    priority,
    createdAt,
    schedule: scheduleOf(when),
    stated: stated ?? undefined,
  }
})

function whenOf(schedule: JobSchedule): FactsText[2] {
  if (schedule.type === 'IMMEDIATE') return null
  return schedule.type === 'ONE_TIME' ? schedule.runAt : schedule
}

function scheduleOf(when: FactsText[2]): JobSchedule {
  if (when === null) return { type: 'IMMEDIATE' }
  return typeof when === 'number' ? { type: 'ONE_TIME', runAt: when } : when
}

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
  'concurrencyKeys',
  'workflowId',
  'workflowTask',
  'batchId',
  'batchRole',
] as const satisfies readonly (keyof JobDefinition)[]

function statesMore(job: JobDefinition): boolean {
  if (job.tags.length > 0 || !isEmpty(job.headers)) return true
  return optional.some((name) => job[name] !== undefined)
}

function statedBy({ tags, headers, ...job }: JobDefinition): JobOptions {
  const stated = Object.fromEntries(optional.map((name) => [name, job[name]]))
  return { ...stated, ...(tags.length > 0 && { tags }), ...(!isEmpty(headers) && { headers }) }
}

/** Writes which item of a batch a job is for; null for none. */
export function writeItem({ batchItem, batchPlace }: JobDefinition): string | null {
  if (batchItem === undefined && batchPlace === undefined) return null
  return `${batchPlace ?? ''} ${batchItem ?? ''}`
}

/** Reads which item of a batch a job is for. */
export function readItem(text: string): Pick<JobDefinition, 'batchItem' | 'batchPlace'> {
  const at = text.indexOf(' ')
  const item = text.slice(at + 1)
  return { ...(item !== '' && { batchItem: item }), ...(at > 0 && { batchPlace: Number(text.slice(0, at)) }) }
}

function isEmpty(record: object): boolean {
  for (const _ in record) return false
  return true
}
