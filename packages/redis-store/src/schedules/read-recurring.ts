import type { RecurringSchedule } from '@dureq/types'
import type { Reply } from '../gateway.ts'
import type { PartitionKeys } from '../keys.ts'
import type { Space } from '../space.ts'
import { parseState, type StoredState } from '../state.ts'

/** What the record of a recurring job takes from elsewhere. */
export interface RecurringParts {
  readonly schedule: RecurringSchedule<number, number>
  readonly nextRunAt: number | undefined
  /** The newest firing, and the newest ones that may have an error, have run, have ended; see docs/redis-layout.md. */
  readonly newest: StoredState | undefined
  readonly error: StoredState | undefined
  readonly run: StoredState | undefined
  readonly result: StoredState | undefined
  /** The id of the firing whose output is kept in a key of its own. */
  readonly outputOf: string | undefined
}

const SOURCES = ['newest', 'error', 'run', 'result'] as const

/** Reads those of one job; undefined for one that was removed meanwhile. */
export async function readRecurring(
  space: Space,
  partition: PartitionKeys,
  id: string,
): Promise<RecurringParts | undefined> {
  const found = await space.read('HMGET', partition.key('h', id), 'schedule', 'next', ...SOURCES)
  const [schedule, next, ...sources] = found as Reply[]
  if (typeof schedule !== 'string') return undefined
  const firings = sources.map((suffix) => `${id}:${typeof suffix === 'string' ? suffix : ''}`)
  const texts = (await space.read('MGET', ...firings.map((firing) => partition.key('s', firing)))) as Reply[]
  const [newest, error, run, result] = texts.map((text) =>
    typeof text === 'string' ? parseState(text) : undefined,
  )
  return {
    schedule: JSON.parse(schedule) as RecurringSchedule<number, number>,
    nextRunAt: typeof next === 'string' && next !== '' ? Number(next) : undefined,
    newest,
    error,
    run,
    result,
    outputOf: result?.out === '@' ? firings[SOURCES.indexOf('result')] : undefined,
  }
}
