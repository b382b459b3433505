import type { Client } from '@dureq/client'
import { type JsonValue, parseJob, type Store, type StoredSchedule } from '@dureq/types'
import { KEY_PREFIX } from './wanted-tasks.ts'

/** A periodic task as the store has it: a recurring job that holds a unique key of ours. */
export interface KnownTask {
  readonly key: string
  readonly jobId: string
  readonly taskType: string
  /** Undefined when it is no CRON schedule (any more). */
  readonly cronExpr: string | undefined
  readonly payload: JsonValue
  /** Its schedule is over; the job ends with its last firing and holds the key until then. */
  readonly isEnding: boolean
}

const PAGE = 100

/** Every periodic task of the store. */
export async function readKnownTasks(
  client: Client,
  { jobs }: Pick<Store, 'jobs'>,
): Promise<readonly KnownTask[]> {
  const known: KnownTask[] = []
  let cursor: string | undefined
  do {
    const page = await client.listSchedules({
      limit: PAGE,
      sort: 'oldest',
      ...(cursor !== undefined && { cursor }),
    })
    const records = await jobs.get(page.schedules.map(({ jobId }) => jobId))
    for (const [i, entry] of page.schedules.entries()) {
      const record = records[i]
      if (record?.uniqueKey?.startsWith(KEY_PREFIX) === true) {
        const { payload } = parseJob(record)
        known.push(knownTask(entry, record.uniqueKey.slice(KEY_PREFIX.length), payload))
      }
    }
    cursor = page.cursor
  } while (cursor !== undefined)
  return known
}

function knownTask(
  { jobId, taskType, schedule, next }: StoredSchedule,
  key: string,
  payload: JsonValue,
): KnownTask {
  const cronExpr = schedule.type === 'CRON' ? schedule.cronExpr : undefined
  return { key, jobId, taskType, cronExpr, payload, isEnding: next === undefined }
}
