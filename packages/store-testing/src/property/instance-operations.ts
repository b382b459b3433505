import fc from 'fast-check'
import type { Fault } from '../faults/fault-plan.ts'
import type { PlanStep } from './instance-engine.ts'

/** Engines at work at once, each by what it has received. */
const ENGINES = 3

/** One step of a history of instances; numbers choose an engine, an instance or a job among those there are. */
export type InstanceOperation =
  | { readonly do: 'create'; readonly steps: readonly PlanStep[]; readonly fault: Fault }
  /** Receives mail and decides; what was decided before and not committed is forgotten: the engine crashed. */
  | { readonly do: 'receive'; readonly engine: number; readonly limit: number }
  /** Commits what was decided last, also when that was committed before. */
  | { readonly do: 'commit'; readonly engine: number; readonly fault: Fault }
  /** Sends the last commit once more under the same key. */
  | { readonly do: 'again'; readonly engine: number }
  | {
      readonly do: 'send'
      readonly message: 'cancel' | 'suspend' | 'resume' | 'signal'
      readonly to: number
      readonly dedupeKey?: string
      readonly fault: Fault
    }
  /** A handler deals with the oldest pending signal. */
  | { readonly do: 'handle'; readonly instance: number }
  /** Claims; `end` is what becomes of each run. A forgotten one is reclaimed when its lease has expired. */
  | {
      readonly do: 'work'
      readonly limit: number
      readonly end: 'succeed' | 'skip' | 'retry' | 'die' | 'forget'
      readonly fault: Fault
    }
  | { readonly do: 'cancelJob'; readonly job: number }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'advance'; readonly limit: number }

/** What happens, in order. */
export type InstanceHistory = readonly InstanceOperation[]

const engine = fc.nat({ max: ENGINES - 1 })
const some = fc.nat({ max: 999 })

const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'none' } as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom({ kind: 'lost' }, { kind: 'repeated' }, { kind: 'refused' } as const),
  },
)

/** Plans without children of their own, of the steps a child or the rest of a plan has. */
function plans(depth: number): fc.Arbitrary<readonly PlanStep[]> {
  const leaves: fc.WeightedArbitrary<PlanStep>[] = [
    { weight: 4, arbitrary: fc.record({ do: fc.constant('job' as const), attempts: fc.constantFrom(1, 2) }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('timer' as const), ms: fc.constantFrom(-5, 0, 700, 60_000) }),
    },
    { weight: 1, arbitrary: fc.constant({ do: 'proceed' } as const) },
    { weight: 2, arbitrary: fc.constant({ do: 'continue' } as const) },
  ]
  if (depth === 0) return fc.array(fc.oneof(...leaves), { maxLength: 3 })
  const child = fc.record({ do: fc.constant('child' as const), steps: plans(depth - 1) })
  return fc.array(fc.oneof(...leaves, { weight: 2, arbitrary: child }), { maxLength: 5 })
}

const operation: fc.Arbitrary<InstanceOperation> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('create' as const), steps: plans(2), fault }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('receive' as const), engine, limit: fc.constantFrom(1, 2, 100) }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('commit' as const), engine, fault }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('again' as const), engine }) },
  {
    weight: 4,
    arbitrary: fc.record(
      {
        do: fc.constant('send' as const),
        message: fc.constantFrom('cancel', 'suspend', 'resume', 'resume', 'signal', 'signal', 'signal'),
        to: some,
        dedupeKey: fc.constantFrom('a', 'b'),
        fault,
      },
      { requiredKeys: ['do', 'message', 'to', 'fault'] },
    ),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('handle' as const), instance: some }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('work' as const),
      limit: fc.constantFrom(1, 3, 100),
      end: fc.constantFrom('succeed', 'succeed', 'skip', 'retry', 'die', 'forget'),
      fault,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancelJob' as const), job: some }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1, 500, 2_000, 31_000) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('advance' as const), limit: fc.constantFrom(1, 100) }),
  },
)

/** Histories of instances; each begins with one. */
export const instanceHistories: fc.Arbitrary<InstanceHistory> = fc
  .tuple(plans(2), fc.array(operation, { minLength: 10, maxLength: 60 }))
  .map(([steps, rest]) => [{ do: 'create', steps, fault: { kind: 'none' } } as const, ...rest])
