import type {
  JobStatus,
  PausedSpan,
  RecurringSchedule,
  SkippedTimes,
  SkipReason,
  StoredSchedule,
  UnfinishedState,
} from '@dureq/types'
import type { Reply } from '../gateway.ts'
import type { NameOf } from '../names.ts'

/** A schedule as `lua/lib/schedule-reply.lua` gives it. */
export interface ScheduleReply {
  readonly jobId: string
  readonly createdAt: number
  /** Number of the task type. */
  readonly type: string
  readonly status: JobStatus
  /** The hash `h:<job>`. */
  readonly fields: ScheduleFields
  readonly unfinished: string
}

/** The fields of a schedule; see docs/redis-layout.md. */
type ScheduleFields = Readonly<Record<string, string>>

/** Takes a reply apart; undefined where there is no schedule. */
export function parseScheduleReply(reply: Reply): ScheduleReply | undefined {
  if (!Array.isArray(reply)) return undefined
  const [jobId, createdAt, type, status, fields, unfinished] = reply as Reply[]
  return {
    jobId: String(jobId),
    createdAt: Number(createdAt),
    type: String(type),
    status: status as JobStatus,
    fields: parseFields(fields as Reply[]),
    unfinished: String(unfinished),
  }
}

/** Names and values of a hash, as they come in turn. */
function parseFields(flat: readonly Reply[]): ScheduleFields {
  const fields: Record<string, string> = {}
  for (let i = 0; i < flat.length; i += 2) fields[String(flat[i])] = String(flat[i + 1])
  return fields
}

/** The schedule that is stored so. */
export function toStoredSchedule(reply: ScheduleReply, nameOf: NameOf): StoredSchedule {
  const { jobId, createdAt, type, status, fields, unfinished } = reply
  const {
    version,
    schedule = '',
    anchor,
    next = '',
    due,
    last = '',
    spans = '',
    skips = '',
    skipped = '',
  } = fields
  return {
    jobId,
    taskType: nameOf(type),
    schedule: JSON.parse(schedule) as RecurringSchedule<number, number>,
    anchorAt: Number(anchor),
    version: Number(version),
    ...(next === '' ? {} : { next: { nextRunAt: Number(next), dueAt: Number(due) } }),
    ...(last === '' ? {} : { lastFiredAt: Number(last) }),
    createdAt,
    status,
    pausedSpans: items(spans, ',').map(parseSpan),
    unfinished: items(unfinished, ',').map((text) => {
      const [suffix, letter = ''] = text.split(' ')
      return { firingId: `${jobId}:${suffix}`, state: UNFINISHED[letter] as UnfinishedState }
    }),
    skips: items(skips, '\n').map(parseSkip),
    skippedTimes: Number(skipped),
  }
}

const UNFINISHED: Readonly<Record<string, UnfinishedState>> = {
  w: 'waiting',
  d: 'delayed',
  a: 'leased',
  l: 'leased',
  r: 'retrying',
  q: 'retrying',
  p: 'paused',
  h: 'held',
}

/** Skips as scripts take them. */
export function skipsText(skips: readonly SkippedTimes[]): string {
  return skips.map(({ from, to, count, reason }) => `${from}\t${to}\t${count}\t${reason}`).join('\n')
}

function items(text: string, separator: string): readonly string[] {
  return text === '' ? [] : text.split(separator)
}

function parseSpan(text: string): PausedSpan {
  const [from, to = ''] = text.split('-')
  return to === '' ? { from: Number(from) } : { from: Number(from), to: Number(to) }
}

function parseSkip(text: string): SkippedTimes {
  const [from, to, count, reason] = text.split('\t')
  return { from: Number(from), to: Number(to), count: Number(count), reason: reason as SkipReason }
}
