import fc from 'fast-check'
import type { Fault } from '../faults/fault-plan.ts'

/** Concurrency keys to choose from, by number. */
export const FLOW_KEYS = 4

/** Task types to choose from, by number. */
export const flowTypes = ['a', 'b', 'c'] as const

/** A key of a draft, and the limit it states. */
interface DrawnKey {
  readonly key: number
  readonly limit: number | undefined
}

/** A draft; keys that appear twice count once. */
export interface DrawnJob {
  readonly type: number
  readonly priority: number
  readonly version: string | undefined
  readonly delayMs: number
  readonly keys: readonly DrawnKey[]
}

/** What a history sets of a task type or a tier. */
export interface DrawnLimits {
  readonly paused: boolean
  readonly maxRunning: number | undefined
  readonly rated: boolean
}

/** One step. `lease` and `job` count back from the newest. */
export type FlowStep =
  | { readonly do: 'enqueue'; readonly jobs: readonly DrawnJob[] }
  | {
      readonly do: 'claim'
      readonly node: number
      readonly limit: number
      readonly start: boolean
      /** Free slots of the node's first handler; undefined: any number. */
      readonly free: number | undefined
      /** The node dies with the answer. */
      readonly forget: boolean
    }
  /** Claims until nothing is found any more: whatever then waits must have a reason. */
  | { readonly do: 'exhaust' }
  | { readonly do: 'settle'; readonly leases: readonly number[]; readonly how: SettleHow }
  | { readonly do: 'release'; readonly leases: readonly number[] }
  | { readonly do: 'extend'; readonly lease: number }
  | {
      readonly do: 'command'
      readonly job: number
      readonly verb: 'cancel' | 'retry' | 'pause' | 'resume' | 'delete'
    }
  | {
      readonly do: 'setKey'
      readonly key: number
      readonly limit: number | undefined
      readonly rated: boolean
    }
  | { readonly do: 'setType'; readonly type: number; readonly limits: DrawnLimits }
  | { readonly do: 'setTier'; readonly tier: number; readonly limits: DrawnLimits }
  | { readonly do: 'throttle'; readonly key: number; readonly ms: number }
  | { readonly do: 'leave'; readonly node: number }
  | { readonly do: 'time'; readonly ms: number }

/** How runs are settled. */
export type SettleHow =
  | 'success'
  | 'output'
  | 'retry'
  | 'retryLater'
  | 'die'
  | 'pause'
  | 'repeat'
  | 'repeatLater'

/** A step, and what the network does to its call. */
export interface FlowMove {
  readonly step: FlowStep
  readonly faults: readonly Fault[]
}

const back = fc.oneof({ weight: 4, arbitrary: fc.nat(4) }, { weight: 1, arbitrary: fc.nat(40) })
const someTimes = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })
const flag = (often: number): fc.Arbitrary<boolean> =>
  fc.oneof({ weight: often, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) })

const drawnKey: fc.Arbitrary<DrawnKey> = fc.record({
  key: fc.nat(FLOW_KEYS - 1),
  limit: fc.constantFrom(undefined, 1, 1, 2, 3),
})

const drawnJob: fc.Arbitrary<DrawnJob> = fc.record({
  type: fc.nat(flowTypes.length - 1),
  priority: fc.constantFrom(1, 5, 5, 9),
  version: someTimes(fc.constantFrom('1', '2')),
  delayMs: fc.constantFrom(0, 0, 0, 500),
  keys: fc.array(drawnKey, { maxLength: 3 }),
})

const limits: fc.Arbitrary<DrawnLimits> = fc.record({
  paused: flag(3),
  maxRunning: fc.constantFrom(undefined, 1, 2, 4),
  rated: flag(2),
})

const few = <T>(arbitrary: fc.Arbitrary<T>, most: number): fc.Arbitrary<readonly T[]> =>
  fc.array(arbitrary, { minLength: 1, maxLength: most })

function step<Name extends FlowStep['do']>(
  name: Name,
  fields: {
    [Field in keyof Omit<Extract<FlowStep, { do: Name }>, 'do'>]: fc.Arbitrary<
      Extract<FlowStep, { do: Name }>[Field]
    >
  },
): fc.Arbitrary<FlowStep> {
  return fc.record({ do: fc.constant(name), ...fields }) as unknown as fc.Arbitrary<FlowStep>
}

const anyStep: fc.Arbitrary<FlowStep> = fc.oneof(
  { weight: 8, arbitrary: step('enqueue', { jobs: few(drawnJob, 6) }) },
  {
    weight: 8,
    arbitrary: step('claim', {
      node: fc.nat(2),
      limit: fc.integer({ min: 1, max: 6 }),
      start: fc.oneof(
        { weight: 5, arbitrary: fc.constant(true) },
        { weight: 1, arbitrary: fc.constant(false) },
      ),
      free: someTimes(fc.nat(2)),
      forget: flag(5),
    }),
  },
  { weight: 3, arbitrary: step('exhaust', {}) },
  {
    weight: 9,
    arbitrary: step('settle', {
      leases: few(back, 3),
      how: fc.constantFrom<SettleHow>(
        'success',
        'success',
        'output',
        'retry',
        'retryLater',
        'die',
        'pause',
        'repeat',
        'repeatLater',
      ),
    }),
  },
  { weight: 2, arbitrary: step('release', { leases: few(back, 3) }) },
  { weight: 1, arbitrary: step('extend', { lease: back }) },
  {
    weight: 5,
    arbitrary: step('command', {
      job: back,
      verb: fc.constantFrom('cancel', 'cancel', 'retry', 'pause', 'resume', 'delete'),
    }),
  },
  {
    weight: 2,
    arbitrary: step('setKey', {
      key: fc.nat(FLOW_KEYS - 1),
      limit: fc.constantFrom(undefined, 1, 2, 3),
      rated: flag(3),
    }),
  },
  { weight: 2, arbitrary: step('setType', { type: fc.nat(flowTypes.length - 1), limits }) },
  { weight: 1, arbitrary: step('setTier', { tier: fc.nat(2), limits }) },
  {
    weight: 1,
    arbitrary: step('throttle', { key: fc.nat(FLOW_KEYS - 1), ms: fc.constantFrom(200, 1_000, 4_000) }),
  },
  { weight: 1, arbitrary: step('leave', { node: fc.nat(2) }) },
  { weight: 5, arbitrary: step('time', { ms: fc.constantFrom(1, 100, 500, 1_000, 3_000, 11_000) }) },
)

const fault: fc.Arbitrary<Fault> = fc.constantFrom<Fault>(
  { kind: 'lost' },
  { kind: 'refused' },
  { kind: 'repeated' },
)

/** Histories of up to 60 steps. */
export const flowHistories: fc.Arbitrary<readonly FlowMove[]> = fc.array(
  fc.record({
    step: anyStep,
    faults: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(fault, { minLength: 1, maxLength: 3 }) },
    ),
  }),
  { minLength: 5, maxLength: 60, size: 'max' },
)
