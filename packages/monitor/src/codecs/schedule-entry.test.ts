import { checkJsonSchema, type StoredSchedule } from '@dureq/types'
import { expect, it } from 'vitest'
import { firingOutcomeSchema, scheduleEntrySchema } from '../schemas/schedule.ts'
import { encodeFiringOutcome, encodeScheduleEntry } from './schedule-entry.ts'

const T = Date.UTC(2026, 2, 11, 10)

const entry: StoredSchedule = {
  jobId: 'j',
  taskType: 't',
  schedule: { type: 'DURATION', interval: 60_000 },
  anchorAt: T,
  version: 3,
  createdAt: T,
  status: 'running',
  pausedSpans: [],
  unfinished: [],
  skips: [],
  skippedTimes: 0,
}

it('leaves out what is not there, and passes its schema', () => {
  const wire: unknown = JSON.parse(JSON.stringify(encodeScheduleEntry(entry)))
  expect(wire).toStrictEqual({
    job_id: 'j',
    task_type: 't',
    status: 'running',
    schedule: { type: 'DURATION', interval: '1m0s' },
    next_run_at: '0001-01-01T00:00:00Z',
    created_at: '2026-03-11T10:00:00Z',
    unfinished: [],
    skipped_times: 0,
    skips: [],
  })
  checkJsonSchema(scheduleEntrySchema, wire, 'entry')
})

it('tells what is next, what is under way, and what was passed over', () => {
  const wire: unknown = JSON.parse(
    JSON.stringify(
      encodeScheduleEntry({
        ...entry,
        next: { nextRunAt: T + 60_000, dueAt: T + 61_000 },
        lastFiredAt: T,
        unfinished: [{ firingId: `j:${T}`, state: 'leased' }],
        skips: [{ from: T - 60_000, to: T, count: 2, reason: 'missed' }],
        skippedTimes: 9,
      }),
    ),
  )
  expect(wire).toMatchObject({
    next_run_at: '2026-03-11T10:01:00Z',
    last_processed_at: '2026-03-11T10:00:00Z',
    unfinished: [{ firing_id: `j:${T}`, state: 'leased' }],
    skips: [{ from: '2026-03-11T09:59:00Z', to: '2026-03-11T10:00:00Z', count: 2, reason: 'missed' }],
    skipped_times: 9,
  })
  checkJsonSchema(scheduleEntrySchema, wire, 'entry')
})

it('tells what became of a firing', () => {
  const wire = encodeFiringOutcome('j', { kind: 'held', at: T, firingId: `j:${T}t` })
  expect(wire).toEqual({ job_id: 'j', firing_id: `j:${T}t`, at: '2026-03-11T10:00:00Z', status: 'held' })
  checkJsonSchema(firingOutcomeSchema, wire, 'outcome')
})
