import {
  type JobContext,
  type JsonText,
  type JsonValue,
  NonRetryableError,
  parseJsonText,
  toJsonText,
  ValidationError,
  validatePayload,
  validateResult,
} from '@dureq/types'
import type { Execution } from './execution.ts'
import type { AnyTask } from './handler-entry.ts'

/** The output of a handler; undefined when it returned nothing. */
export type Output = JsonText | undefined

/**
 * One execution, step by step: parse the payload, let the task's schema check and convert it, run the middlewares and
 * the handler, check the result, write it as JSON. A payload or result that does not fit is non-retryable: the same
 * bytes would fail again. Throws, or rejects with, what the handler throws. Only what has to wait makes a promise: most
 * of what a fast handler costs would be promises otherwise.
 *
 * @param outputLimit largest output, in bytes of JSON.
 */
export function runHandler(
  { lease, entry }: Execution,
  ctx: JobContext,
  outputLimit: number,
): Output | Promise<Output> {
  const { task, handler } = entry
  const stored = readPayload(lease.payload)
  const result =
    task.payload === undefined
      ? handler(stored, ctx)
      : payloadOf(task, stored).then((payload) => handler(payload, ctx))
  if (isThenable(result) || task.result !== undefined) return outputOf(task, result, outputLimit)
  return writeOutput(result, outputLimit)
}

/** Whether something has to be awaited. */
export function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  )
}

function readPayload(text: JsonText): JsonValue {
  try {
    return parseJsonText(text, 'payload')
  } catch (error) {
    throw hopeless(error)
  }
}

async function payloadOf(task: AnyTask, stored: unknown): Promise<unknown> {
  try {
    return await validatePayload(task, stored)
  } catch (error) {
    throw hopeless(error)
  }
}

async function outputOf(task: AnyTask, returned: unknown, limit: number): Promise<Output> {
  const result = await returned
  if (task.result !== undefined) await checkResult(task, result)
  return writeOutput(result, limit)
}

async function checkResult(task: AnyTask, result: unknown): Promise<void> {
  try {
    await validateResult(task, result)
  } catch (error) {
    throw hopeless(error)
  }
}

function writeOutput(result: unknown, limit: number): Output {
  if (result === undefined) return undefined
  try {
    return toJsonText(result, 'output', limit)
  } catch (error) {
    throw hopeless(error)
  }
}

/** What a schema says of a value stays true; what else goes wrong in it (a schema may do I/O) may pass. */
function hopeless(error: unknown): unknown {
  return ValidationError.is(error) ? new NonRetryableError(error) : error
}
