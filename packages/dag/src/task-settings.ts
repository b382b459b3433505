import type {
  ConditionRoutes,
  Duration,
  JsonValue,
  Precondition,
  ResultReusePolicy,
  UpstreamPayload,
} from '@dureq/types'
import type { NameIn, ResultIn, Results } from './task-results.ts'

/** What every task of a builder may state; `WorkflowTaskBase` explains each. */
interface TaskSettings<Dependency extends string> {
  readonly priority?: number
  readonly allowFailure?: boolean
  readonly resultReuse?: ResultReusePolicy
  readonly preconditions?: readonly (Precondition & { readonly task: Dependency })[]
}

/** The tasks one depends on: only tasks defined before it. */
interface Depends<Dependencies> {
  readonly dependsOn?: Dependencies
}

/** Names of tasks defined before. */
export type Names<Known extends Results> = readonly NameIn<Known>[]

/** What a task that runs a job or a workflow may state. */
export type RunSettings<Known extends Results, Given extends GivenSettings> = TaskSettings<
  Given['dependencies'][number]
> &
  Depends<Given['dependencies']> & {
    /** A task of `dependsOn` whose output this one receives, as `{ upstream, original }`. */
    readonly resultFrom?: Given['resultFrom']
    /** Default: the input of the workflow where `dependsOn` is empty, else null. */
    readonly payload?: Given['payload']
  } & PayloadRule<Known, Given>

/** What the compiler has found out about one call. */
export interface GivenSettings {
  /** What the task takes. */
  readonly input: unknown
  readonly dependencies: readonly string[]
  /** `never` where none is given. */
  readonly resultFrom: string
  /** `never` where none is given. */
  readonly payload: unknown
}

/** What must hold between the input of a task and where it comes from. */
type PayloadRule<Known extends Results, Given extends GivenSettings> = [Given['resultFrom']] extends [never]
  ? Given['dependencies'] extends readonly []
    ? { readonly payload?: Given['input'] }
    : OwnPayload<Given['input']>
  : EnvelopeRule<Given['input'], ResultIn<Known, Given['resultFrom']>>

/** A payload may be left out where null is one. */
type OwnPayload<Input> = null extends Input ? { readonly payload?: Input } : { readonly payload: Input }

/** A task with `resultFrom` takes `{ upstream, original }`, or nobody has described what it takes. */
type EnvelopeRule<Input, Upstream> = JsonValue extends Input
  ? { readonly payload?: JsonValue }
  : Input extends UpstreamPayload<infer Taken, infer Original>
    ? [Upstream] extends [Taken]
      ? OwnPayload<Original>
      : { readonly resultFrom: 'the task takes another upstream than this task returns' }
    : { readonly resultFrom: 'the task must take UpstreamPayload<Upstream, Original>' }

/** What a condition states besides. */
export interface ConditionSettings {
  /** Route to the name of a task: one that depends on this condition and may be defined later, or one to go back to. */
  readonly routes: ConditionRoutes
  /** Most evaluations. Default: 100. */
  readonly maxIterations?: number
}

/** What a `wait` waits for; with routes, 0 is taken when the signal came and 1 when the time was over. */
type WaitSettings =
  | { readonly signal: string; readonly timeout?: Duration; readonly routes?: never }
  | { readonly signal?: never; readonly timeout: Duration; readonly routes?: never }
  | {
      readonly signal: string
      readonly timeout: Duration
      readonly routes: Readonly<Partial<Record<0 | 1, string>>>
    }

/** What a task that waits may state. */
export type WaitTaskSettings<Dependencies extends readonly string[]> = TaskSettings<Dependencies[number]> &
  Depends<Dependencies> &
  WaitSettings

/** What the workflow must be started with once this task is in it: the needs of all tasks that take its input. */
export type InputWith<Input, Given extends GivenSettings> = Given['dependencies'] extends readonly []
  ? [Given['payload']] extends [never]
    ? Both<Input, Given['input']>
    : Input
  : Input

type Both<Input, More> = JsonValue extends More ? Input : unknown extends Input ? More : Input & More
