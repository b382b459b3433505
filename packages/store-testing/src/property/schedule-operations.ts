import { overlapPolicies } from '@dureq/types'
import fc from 'fast-check'
import type { Fault } from '../faults/fault-plan.ts'

/** Schedulers that plan and fire at once, each by what it has read. */
export const SCHEDULERS = 3

/** Recurring jobs of a history; each has one of the overlap policies. */
const RECURRING = 3

/** One step of a history of schedules; numbers choose a scheduler or a job. */
export type ScheduleOperation =
  /** Asks what is due and plans it; a plan made before and not sent is forgotten: the scheduler crashed. */
  | { readonly do: 'plan'; readonly scheduler: number }
  | { readonly do: 'fire'; readonly scheduler: number; readonly fault: Fault }
  /** Sends the last plans once more under the same key. */
  | { readonly do: 'repeat'; readonly scheduler: number }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'order'; readonly verb: 'pause' | 'resume' | 'trigger'; readonly job: number }
  | { readonly do: 'update'; readonly job: number; readonly interval: number }
  /** Claims; `end` is what becomes of each run. A forgotten one is reclaimed when its lease has expired. */
  | {
      readonly do: 'work'
      readonly limit: number
      readonly end: 'succeed' | 'retry' | 'die' | 'pause' | 'forget'
    }
  | { readonly do: 'advance' }

/** What a history begins with, and what then happens. */
export interface ScheduleHistory {
  readonly jobs: readonly {
    readonly policy: (typeof overlapPolicies)[number]
    readonly interval: number
    readonly catchesUp: boolean
  }[]
  readonly operations: readonly ScheduleOperation[]
}

const intervals = fc.constantFrom(700, 1_000, 2_000)
const schedulers = fc.nat({ max: SCHEDULERS - 1 })
const jobs = fc.nat({ max: RECURRING - 1 })
const faults: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'none' } as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom({ kind: 'lost' }, { kind: 'repeated' }, { kind: 'refused' } as const),
  },
)

const operations: fc.Arbitrary<ScheduleOperation> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('plan' as const), scheduler: schedulers }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('fire' as const), scheduler: schedulers, fault: faults }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('repeat' as const), scheduler: schedulers }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(1, 350, 1_000, 4_000, 20_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('order' as const),
      verb: fc.constantFrom('pause' as const, 'resume' as const, 'trigger' as const),
      job: jobs,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('update' as const), job: jobs, interval: intervals }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('work' as const),
      limit: fc.integer({ min: 1, max: 4 }),
      end: fc.constantFrom(
        'succeed' as const,
        'retry' as const,
        'die' as const,
        'pause' as const,
        'forget' as const,
      ),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'advance' } as const) },
)

/** Histories that end before a job keeps fewer firings than it had. */
export const scheduleHistories: fc.Arbitrary<ScheduleHistory> = fc.record({
  jobs: fc.array(
    fc.record({ policy: fc.constantFrom(...overlapPolicies), interval: intervals, catchesUp: fc.boolean() }),
    { minLength: RECURRING, maxLength: RECURRING },
  ),
  operations: fc.array(operations, { minLength: 10, maxLength: 60 }),
})
