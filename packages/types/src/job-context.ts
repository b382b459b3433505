import type { BatchRole } from './batch/batch.ts'
import type { Duration } from './duration.ts'
import type { JsonValue } from './json.ts'
import type { Logger } from './logger.ts'
import type { Priority } from './priority.ts'
import type { WorkflowSignal } from './workflow-signal.ts'

/** What a handler knows of the execution it is, and what it can do in it. */
export interface JobContext {
  readonly jobId: string
  /** This execution: `<job or firing id>-<n>`, where n counts every execution. */
  readonly runId: string
  /** The firing this executes; the job id itself for a job that fires once. */
  readonly firingId: string
  readonly nodeId: string
  /** The concrete task type, also in a handler of a pattern. */
  readonly taskType: string
  /** 1 for the first attempt. A repeated or handed-back execution keeps its number. */
  readonly attempt: number
  /** Attempts allowed in all, by the policy that holds for this job. */
  readonly maxAttempts: number
  readonly priority: Priority
  readonly headers: Readonly<Record<string, string>>
  /**
   * Aborts when the execution should end: cancelled, timed out, its lease lost, or its node stopping. The
   * reason says which. What a handler does after that no longer counts (except on a stopping node, where a result
   * within the grace period still does); its slot is busy until it returns.
   */
  readonly signal: AbortSignal
  /** Adds the ids of this execution to every line. */
  readonly logger: Logger
  /**
   * Stores what to tell about the progress of this run, replacing what was told before. It travels with the next
   * heartbeat; the promise resolves when it was taken over, not when it was stored.
   *
   * @throws ValidationError when it is not JSON, SizeLimitError when it is more than 64 KiB of it.
   */
  readonly reportProgress: (data: unknown) => Promise<void>
  /**
   * Does a part of the work once for the firing: the result is kept, and later attempts get it without doing it again. When `run`
   * fails, or the node dies before the result is stored, the step runs again with the next attempt.
   *
   * @param name of the step, unique within the handler; at most 200 characters, and 1,000 steps a firing.
   * @param run is given a key that is the same in every attempt, for whom it asks to do something: `<firing id>:<name>`.
   * @returns the result as JSON gives it back, the first time as well; null for a step that returns nothing.
   * @throws whatever `run` throws; ValidationError and SizeLimitError when the result cannot be kept; the reason of `signal`
   *   when the execution is to end.
   */
  readonly step: <Result>(
    name: string,
    run: (idempotencyKey: string) => Result | Promise<Result>,
  ) => Promise<Result>
  /**
   * Keeps how far the handler has come for the later attempts of the firing, in place of what was kept before; resolves when it is
   * stored. Throw `RepeatError` afterwards to give the slot back and go on from there.
   *
   * @throws ValidationError when it is not JSON, SizeLimitError when it is larger than an output may be.
   */
  readonly checkpoint: (data: unknown) => Promise<void>
  /** What `checkpoint` kept last, in this or an earlier attempt; undefined: nothing. */
  readonly lastCheckpoint: <Data = JsonValue>() => Promise<Data | undefined>
  /**
   * Lets no job with this concurrency key start for a time, on any node: what a handler does that got a 429. It concerns jobs that
   * start later, so throw `RateLimitedError` to be one of them.
   *
   * @param key a concurrency key, of this job or not.
   * @param retryAfter at most a day, counted in whole milliseconds, rounded up.
   * @throws ValidationError naming `key` or `retryAfter`.
   */
  readonly rateLimit: (key: string, retryAfter: Duration) => Promise<void>
  /** Of a task of a workflow. */
  readonly workflow?: WorkflowContext | undefined
  /** Of the shared step or an item of a batch. */
  readonly batch?: BatchContext | undefined
}

/** What a handler knows of the batch it works for. */
export interface BatchContext {
  readonly id: string
  /** Name of the definition. */
  readonly name: string
  readonly role: BatchRole
  /** Of an item: its id. */
  readonly itemId: string | undefined
  /** What the shared step of the batch returned, if there was one. */
  readonly onetimeResult: JsonValue | undefined
}

/** What a handler knows of the workflow it works for. */
export interface WorkflowContext {
  readonly id: string
  /** Name of the definition. */
  readonly name: string
  /** The task this execution is for. */
  readonly task: string
  /** What the workflow was started with. */
  readonly input?: JsonValue | undefined
  readonly signals: WorkflowSignals
}

/** The signals of a workflow that neither a `wait` task nor a handler has dealt with. */
export interface WorkflowSignals {
  /** The oldest pending signals, oldest first, at most 1,000; of one name, if given. Reading takes none away. */
  readonly read: (name?: string) => Promise<readonly WorkflowSignal[]>
  /**
   * Takes signals away that were dealt with, by their `id`. One that is not acknowledged is read again, by the next
   * attempt as well: at least once. Answers how many were pending until now.
   */
  readonly acknowledge: (ids: readonly string[]) => Promise<number>
}
