import type { HandlerFunc } from './handler.ts'
import type { JobContext } from './job-context.ts'
import type { JsonValue } from './json.ts'
import { NonRetryableError } from './steering/outcome-errors.ts'
import type { WorkflowTask } from './workflow.ts'
import type { ConditionResult, SubflowResult, UpstreamPayload } from './workflow-output.ts'

/**
 * Makes the handler of a `condition` task of a function that returns the index of the route to take.
 *
 * The handler throws NonRetryableError when that is no whole number of 0 or more. Whether there is such a route
 * is for the workflow to say.
 */
export function conditionHandler<Payload = JsonValue>(
  choose: HandlerFunc<Payload, number>,
): HandlerFunc<Payload, ConditionResult> {
  return async (payload, ctx) => {
    const route = await choose(payload, ctx)
    if (Number.isSafeInteger(route) && route >= 0) return { route }
    throw new NonRetryableError(`a condition must return the index of a route, not ${String(route)}`)
  }
}

/**
 * Makes the handler of a `subflow` task of a function that returns the tasks to add to the workflow.
 *
 * The handler throws NonRetryableError when a task has no name or two have the same. Everything else about them
 * is checked when they are added.
 */
export function subflowHandler<Payload = JsonValue>(
  generate: HandlerFunc<Payload, readonly WorkflowTask[]>,
): HandlerFunc<Payload, SubflowResult> {
  return async (payload, ctx) => {
    const tasks = await generate(payload, ctx)
    const names = new Set<string>()
    for (const { name } of tasks) {
      if (typeof name !== 'string' || name === '') throw new NonRetryableError('a subflow task needs a name')
      if (names.has(name)) throw new NonRetryableError(`two subflow tasks are named ${JSON.stringify(name)}`)
      names.add(name)
    }
    return { tasks }
  }
}

/** A handler that gets the output of an upstream task beside the payload of its own. */
export type UpstreamHandlerFunc<Upstream, Original, Result> = (
  upstream: Upstream,
  original: Original,
  ctx: JobContext,
) => Result | Promise<Result>

/**
 * Makes the handler of a task with `resultFrom`, whose payload is the envelope `{ upstream, original }`.
 *
 * The handler throws NonRetryableError when its payload is no such envelope: it never guesses.
 */
export function withUpstream<Upstream = JsonValue, Original = JsonValue, Result = unknown>(
  handler: UpstreamHandlerFunc<Upstream, Original, Result>,
): HandlerFunc<UpstreamPayload<Upstream, Original>, Result> {
  return (payload, ctx) => {
    if (isEnvelope(payload)) return handler(payload.upstream, payload.original, ctx)
    throw new NonRetryableError('the payload is no { upstream, original }: does the task have resultFrom?')
  }
}

function isEnvelope(payload: unknown): boolean {
  const isObject = typeof payload === 'object' && payload !== null
  return isObject && Object.hasOwn(payload, 'upstream') && Object.hasOwn(payload, 'original')
}
