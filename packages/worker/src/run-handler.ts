import {
  type JobContext,
  type JsonText,
  NonRetryableError,
  parseJsonText,
  toJsonText,
  ValidationError,
  validatePayload,
  validateResult,
} from '@dureq/types'
import type { Execution } from './execution.ts'
import type { AnyTask } from './handler-entry.ts'

/**
 * One execution, step by step: parse the payload, let the task's schema check and convert it, run the middlewares and
 * the handler, check the result, write it as JSON. A payload or result that does not fit is non-retryable: the same
 * bytes would fail again. Throws what the handler throws.
 *
 * @param outputLimit largest output, in bytes of JSON.
 * @returns the output; undefined when the handler returned nothing.
 */
export async function runHandler(
  { lease, entry }: Execution,
  ctx: JobContext,
  outputLimit: number,
): Promise<JsonText | undefined> {
  const stored = hopelessIfInvalid(() => parseJsonText(lease.payload, 'payload'))
  const payload = entry.task.payload === undefined ? stored : await payloadOf(entry.task, stored)
  const result = await entry.handler(payload, ctx)
  if (entry.task.result !== undefined) await checkResult(entry.task, result)
  return result === undefined ? undefined : hopelessIfInvalid(() => toJsonText(result, 'output', outputLimit))
}

async function payloadOf(task: AnyTask, stored: unknown): Promise<unknown> {
  try {
    return await validatePayload(task, stored)
  } catch (error) {
    throw hopeless(error)
  }
}

async function checkResult(task: AnyTask, result: unknown): Promise<void> {
  try {
    await validateResult(task, result)
  } catch (error) {
    throw hopeless(error)
  }
}

function hopelessIfInvalid<T>(step: () => T): T {
  try {
    return step()
  } catch (error) {
    throw hopeless(error)
  }
}

/** What a schema says of a value stays true; what else goes wrong in it (a schema may do I/O) may pass. */
function hopeless(error: unknown): unknown {
  return ValidationError.is(error) ? new NonRetryableError(error) : error
}
