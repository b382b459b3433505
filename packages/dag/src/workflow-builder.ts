import type { JsonValue, WorkflowDefinition } from '@dureq/types'
import type { NewName, OutputOf, Results, ReturnsRoute, ReturnsTasks, TaskOrType } from './task-results.ts'
import type {
  ConditionSettings,
  GivenSettings,
  InputWith,
  Names,
  RunSettings,
  WaitTaskSettings,
} from './task-settings.ts'
import type { TypedWorkflow } from './typed-workflow.ts'

/** What the workflow as a whole states; `WorkflowDefinition` explains each. */
export type WorkflowSettings = Omit<WorkflowDefinition, 'name' | 'tasks'>

/** What the compiler knows of one call. */
interface Call<Taken, Dependencies extends readonly string[], From extends string, Own> {
  readonly input: Taken
  readonly dependencies: Dependencies
  readonly resultFrom: From
  readonly payload: Own
}

/** A builder with one more task than `WorkflowBuilder<Input, Known, Used>`. */
type With<
  Input,
  Known extends Results,
  Used extends string,
  Name extends string,
  Result,
  Given extends GivenSettings,
> = WorkflowBuilder<
  InputWith<Input, Given>,
  Known & { readonly [Each in Name]: Result },
  Used | Given['dependencies'][number]
>

/**
 * A definition that grows by one task with each call, each call giving a new one. Tasks depend on tasks defined before;
 * routes of conditions may name later ones, which `build` and every enqueue check.
 *
 * `Input` is what the workflow must be started with (`unknown`: nothing), `Known` what each task returns, by its name, and
 * `Used` the names of tasks that others depend on.
 */
export interface WorkflowBuilder<Input, Known extends Results, Used extends string>
  extends TypedWorkflow<Input, OutputOf<Known, Used>> {
  /** Adds a task that runs one job. */
  readonly task: <
    const Name extends string,
    Taken = JsonValue,
    Payload = JsonValue,
    Result = JsonValue,
    const Dependencies extends Names<Known> = readonly [],
    From extends Dependencies[number] = never,
    Own = never,
  >(
    name: NewName<Name, Known>,
    task: TaskOrType<Taken, Payload, Result>,
    settings?: RunSettings<Known, Call<Taken, Dependencies, From, Own>>,
  ) => With<Input, Known, Used, Name, Result, Call<Taken, Dependencies, From, Own>>

  /** Adds a task whose job returns a route: only the branch of that route goes on. */
  readonly condition: <
    const Name extends string,
    Taken = JsonValue,
    Payload = JsonValue,
    Result = JsonValue,
    const Dependencies extends Names<Known> = readonly [],
    From extends Dependencies[number] = never,
    Own = never,
  >(
    name: NewName<Name, Known>,
    task: TaskOrType<Taken, Payload, Result> & ReturnsRoute<Result>,
    settings: RunSettings<Known, Call<Taken, Dependencies, From, Own>> & ConditionSettings,
  ) => With<Input, Known, Used, Name, Result, Call<Taken, Dependencies, From, Own>>

  /** Adds a task whose job returns tasks, which are added to the workflow and run after it. */
  readonly subflow: <
    const Name extends string,
    Taken = JsonValue,
    Payload = JsonValue,
    Result = JsonValue,
    const Dependencies extends Names<Known> = readonly [],
    From extends Dependencies[number] = never,
    Own = never,
  >(
    name: NewName<Name, Known>,
    task: TaskOrType<Taken, Payload, Result> & ReturnsTasks<Result>,
    settings?: RunSettings<Known, Call<Taken, Dependencies, From, Own>>,
  ) => With<Input, Known, Used, Name, Result, Call<Taken, Dependencies, From, Own>>

  /** Adds a task that runs another workflow: its payload is the input of that, its result what that comes to. */
  readonly child: <
    const Name extends string,
    Taken = JsonValue,
    Output = JsonValue,
    const Dependencies extends Names<Known> = readonly [],
    From extends Dependencies[number] = never,
    Own = never,
  >(
    name: NewName<Name, Known>,
    workflow: TypedWorkflow<Taken, Output>,
    settings?: RunSettings<Known, Call<Taken, Dependencies, From, Own>>,
  ) => With<Input, Known, Used, Name, Output, Call<Taken, Dependencies, From, Own>>

  /** Adds a task that waits for a signal, a time, or whichever comes first; its result is the payload of the signal. */
  readonly wait: <const Name extends string, const Dependencies extends Names<Known> = readonly []>(
    name: NewName<Name, Known>,
    settings: WaitTaskSettings<Dependencies>,
  ) => With<Input, Known, Used, Name, JsonValue, Call<unknown, Dependencies, never, never>>

  /**
   * The definition in its stored form, checked whole. Not needed to enqueue it.
   *
   * @throws CyclicDependencyError and ValidationError as `resolveWorkflow` does.
   */
  readonly build: () => TypedWorkflow<Input, OutputOf<Known, Used>>
}
