import fc from 'fast-check'
import type { Fault } from '../faults/fault-plan.ts'

/** Engines at work at once, each by what it has received. */
const ENGINES = 3

/** What an engine makes of a group: a job, nothing because its aggregator threw, or the business of another queue. */
export type Verdict = 'flush' | 'fail' | 'move'

/** A message by what it is for; numbers choose group, task type and setting. */
export interface DrawnMessage {
  readonly group: number
  readonly type: number
  readonly setting: number
}

/** One step of a history of groups. */
export type GroupOperation =
  /** Clients collect at once, each in one call; the first meets the fault, and repeats until it is answered. */
  | { readonly do: 'collect'; readonly clients: readonly (readonly DrawnMessage[])[]; readonly fault: Fault }
  /** The settings are put, so that what a client has read of them is stale. */
  | { readonly do: 'settings' }
  /** Receives mail, reads and decides; what was decided before and not committed is forgotten: the engine crashed. */
  | {
      readonly do: 'receive'
      readonly engine: number
      readonly queue: number
      readonly limit: number
      readonly verdict: Verdict
    }
  /** Commits what was decided last, also when that was committed before. */
  | { readonly do: 'commit'; readonly engine: number; readonly fault: Fault }
  /** Sends the last commit once more under the same key. */
  | { readonly do: 'again'; readonly engine: number }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'advance'; readonly limit: number }

/** What happens, in order. */
export type GroupHistory = readonly GroupOperation[]

const engine = fc.nat({ max: ENGINES - 1 })

const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: 'none' } as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom({ kind: 'lost' }, { kind: 'repeated' }, { kind: 'refused' } as const),
  },
)

const message: fc.Arbitrary<DrawnMessage> = fc.record({
  group: fc.nat({ max: 2 }),
  type: fc.nat({ max: 1 }),
  setting: fc.nat({ max: 2 }),
})

const collect: fc.Arbitrary<GroupOperation> = fc.record({
  do: fc.constant('collect' as const),
  clients: fc.array(fc.array(message, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 3 }),
  fault,
})

const operation: fc.Arbitrary<GroupOperation> = fc.oneof(
  { weight: 8, arbitrary: collect },
  { weight: 1, arbitrary: fc.constant({ do: 'settings' } as const) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('receive' as const),
      engine,
      queue: fc.nat({ max: 2 }),
      limit: fc.constantFrom(1, 2, 100),
      verdict: fc.constantFrom('flush', 'flush', 'flush', 'fail', 'move'),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('commit' as const), engine, fault }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('again' as const), engine }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1, 300, 999, 2_500) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('advance' as const), limit: fc.constantFrom(1, 100) }),
  },
)

/** Histories of groups; each begins with messages. */
export const groupHistories: fc.Arbitrary<GroupHistory> = fc
  .tuple(collect, fc.array(operation, { minLength: 10, maxLength: 60 }))
  .map(([first, rest]) => [first, ...rest])
