import fc from 'fast-check'
import type { Fault } from '../faults/fault-plan.ts'

/** A draft to be enqueued; numbers choose from small sets, so that drafts meet. */
export interface DraftWish {
  readonly type: number
  readonly priority: number
  readonly version: string | undefined
  /** Delay in ms, or with `at` a runAt that far from now. */
  readonly later: { readonly ms: number; readonly at: boolean } | undefined
  readonly unique: number | undefined
  readonly request: number | undefined
  readonly retainMs: number | undefined
  readonly startMs: number | undefined
  readonly heartbeatMs: number | undefined
  readonly dlqAfter: number | undefined
}

/** How a run is to be settled; `lease` counts back from the newest lease ever given, so it may be a stale one. */
export interface SettleWish {
  readonly lease: number
  readonly how: 'output' | 'skip' | 'retry' | 'die' | 'pausePolicy' | 'repeat' | 'pause' | 'cancelled'
  /** A delay, or the time until an auto-resume; 0: at once, or none. */
  readonly ms: number
}

/** An order; `job` counts back from the newest job ever accepted. */
export interface OrderWish {
  readonly job: number
  readonly verb: 'cancel' | 'retry' | 'pause' | 'resume' | 'delete' | 'updatePayload'
}

/** One step of a history. */
export type Operation =
  | { readonly do: 'enqueue'; readonly drafts: readonly DraftWish[] }
  | { readonly do: 'enqueueAgain'; readonly job: number }
  | {
      readonly do: 'claim'
      readonly node: number
      readonly limit: number
      readonly start: boolean
      /** Free slots of the node's first handler; undefined: any number. */
      readonly free: number | undefined
      /** The caller dies with the answer: nobody will settle these leases. */
      readonly forget: boolean
    }
  | {
      readonly do: 'extend'
      readonly beats: readonly { readonly lease: number; readonly ms: number; readonly started: boolean }[]
    }
  | { readonly do: 'settle'; readonly outcomes: readonly SettleWish[] }
  | { readonly do: 'release'; readonly leases: readonly number[] }
  | { readonly do: 'command'; readonly orders: readonly OrderWish[] }
  /** Puts ids into lines twice: cancel and retry, or pause and resume, again and again. */
  | {
      readonly do: 'churn'
      readonly jobs: readonly number[]
      readonly pause: boolean
      readonly times: number
    }
  | { readonly do: 'releaseKeys'; readonly keys: readonly number[] }
  | { readonly do: 'time'; readonly ms: number; readonly advance: boolean }
  | { readonly do: 'announce'; readonly node: number }
  | { readonly do: 'leave'; readonly node: number }

/** A step, and what the network does to its call. */
export interface Step {
  readonly operation: Operation
  readonly faults: readonly Fault[]
  /** The call before this one is sent once more after it: it is superseded. */
  readonly stale: boolean
}

/** Unique keys and request ids to choose from. */
export const KEYS = 3

const back: fc.Arbitrary<number> = fc.oneof(
  { weight: 4, arbitrary: fc.nat(3) },
  { weight: 1, arbitrary: fc.nat(30) },
)
/** Given in one of three cases. */
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })
const span: fc.Arbitrary<number> = fc.constantFrom(1, 500, 1_000, 2_000, 5_000, 20_000)

const draft: fc.Arbitrary<DraftWish> = fc.record({
  type: fc.nat(2),
  priority: fc.constantFrom(1, 5, 5, 9),
  version: maybe(fc.constantFrom('1', '2')),
  later: maybe(fc.record({ ms: span, at: fc.boolean() })),
  unique: maybe(fc.nat(KEYS - 1)),
  request: maybe(fc.nat(KEYS - 1)),
  retainMs: maybe(fc.constantFrom(0, 3_000)),
  startMs: maybe(span),
  heartbeatMs: maybe(fc.constantFrom(1_000, 3_000)),
  dlqAfter: maybe(fc.constantFrom(1, 2)),
})

const settleWish: fc.Arbitrary<SettleWish> = fc.record({
  lease: back,
  how: fc.constantFrom('output', 'skip', 'retry', 'die', 'pausePolicy', 'repeat', 'pause', 'cancelled'),
  ms: fc.oneof(fc.constant(0), span),
})

const orderWish: fc.Arbitrary<OrderWish> = fc.record({
  job: back,
  verb: fc.constantFrom('cancel', 'cancel', 'retry', 'pause', 'resume', 'delete', 'updatePayload'),
})

const few = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> =>
  fc.array(arbitrary, { minLength: 1, maxLength: 4 })

function operation<Name extends Operation['do']>(
  name: Name,
  fields: {
    [Field in keyof Omit<Extract<Operation, { do: Name }>, 'do'>]: fc.Arbitrary<
      Extract<Operation, { do: Name }>[Field]
    >
  },
): fc.Arbitrary<Operation> {
  return fc.record({ do: fc.constant(name), ...fields }) as unknown as fc.Arbitrary<Operation>
}

const anyOperation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 8, arbitrary: operation('enqueue', { drafts: few(draft) }) },
  { weight: 1, arbitrary: operation('enqueueAgain', { job: back }) },
  {
    weight: 8,
    arbitrary: operation('claim', {
      node: fc.nat(1),
      limit: fc.integer({ min: 1, max: 6 }),
      start: fc.oneof(
        { weight: 3, arbitrary: fc.constant(true) },
        { weight: 1, arbitrary: fc.constant(false) },
      ),
      free: maybe(fc.nat(2)),
      forget: fc.oneof(
        { weight: 5, arbitrary: fc.constant(false) },
        { weight: 1, arbitrary: fc.constant(true) },
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: operation('extend', {
      beats: few(fc.record({ lease: back, ms: span, started: fc.boolean() })),
    }),
  },
  { weight: 8, arbitrary: operation('settle', { outcomes: few(settleWish) }) },
  { weight: 2, arbitrary: operation('release', { leases: few(back) }) },
  { weight: 6, arbitrary: operation('command', { orders: few(orderWish) }) },
  {
    weight: 2,
    arbitrary: operation('churn', {
      jobs: few(back),
      pause: fc.boolean(),
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: operation('releaseKeys', { keys: few(fc.nat(KEYS - 1)) }) },
  {
    weight: 7,
    arbitrary: operation('time', {
      ms: fc.oneof({ weight: 6, arbitrary: span }, { weight: 1, arbitrary: fc.constant(25 * 3_600_000) }),
      advance: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: operation('announce', { node: fc.nat(1) }) },
  { weight: 1, arbitrary: operation('leave', { node: fc.nat(1) }) },
)

const fault: fc.Arbitrary<Fault> = fc.constantFrom<Fault>(
  { kind: 'lost' },
  { kind: 'refused' },
  { kind: 'repeated' },
)

/** Histories of up to 50 steps. */
export const histories: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    operation: anyOperation,
    faults: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(fault, { minLength: 1, maxLength: 3 }) },
    ),
    stale: fc.oneof(
      { weight: 7, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
  }),
  { minLength: 5, maxLength: 50, size: 'max' },
)
