import type { ConditionResult, JsonValue, SubflowResult, Task } from '@dureq/types'

/** The tasks defined so far: what each returns, by its name. */
export type Results = object

/** A name among the tasks defined so far. */
export type NameIn<Known extends Results> = keyof Known & string

/** A name no task has yet. */
export type NewName<Name extends string, Known extends Results> = Name extends keyof Known ? never : Name

/** What a task of this name returns. */
export type ResultIn<Known extends Results, Name> = Name extends keyof Known ? Known[Name] : never

/** A task, or its type alone: then it takes and returns any JSON. */
export type TaskOrType<Input, Payload, Result> = Task<Input, Payload, Result> | string

/** Holds of a task that returns what is needed, or may: one whose result nobody has described. */
type Returns<Result, Needed, Problem extends string> = JsonValue extends Result
  ? unknown
  : Result extends Needed
    ? unknown
    : { readonly result: Problem }

/** Holds of a task that can decide a condition. */
export type ReturnsRoute<Result> = Returns<Result, ConditionResult, 'a condition returns { route: number }'>

/** Holds of a task that can be a subflow. */
export type ReturnsTasks<Result> = Returns<
  Result,
  SubflowResult,
  'a subflow returns { tasks: WorkflowTask[] }'
>

/** What the workflow as a whole may come to; the tasks a subflow adds can return anything. */
export type OutputOf<Known extends Results, Used> = OutputOfResult<Known[Exclude<keyof Known, Used>]>

type OutputOfResult<Result> = Result extends SubflowResult ? JsonValue : Result
