import {
  type Faults,
  type NewId,
  type NewJob,
  SizeLimitError,
  type SizeLimits,
  toJsonText,
  validatePayload,
} from '@dureq/types'
import type { AnyTask } from './any-task.ts'
import type { CheckedOptions } from './checked-options.ts'
import { goOnFrom } from './option-checks.ts'

/** What is needed to turn payloads into new jobs. */
export interface DraftContext {
  readonly limits: SizeLimits
  readonly newId: NewId
}

/**
 * The job to store for one payload; without one the payload is null.
 *
 * @returns a promise only if the task's payload schema answers with one.
 * @throws ValidationError (or rejects with it) naming every fault of options and payload; SizeLimitError when a
 *   size is all that is wrong.
 */
export function draftJob(
  given: { readonly task: AnyTask | string; readonly payload: unknown },
  checked: CheckedOptions,
  context: DraftContext,
): NewJob | Promise<NewJob> {
  const { task, payload: value = null } = given
  const faults = goOnFrom(checked.faults)
  const finish = (): NewJob => finishDraft(value, { ...checked, faults }, context)
  const fits = typeof task === 'string' ? value : faults.attempt(() => validatePayload(task, value))
  if (!(fits instanceof Promise)) return finish()
  return fits.catch((error: unknown) => faults.attempt(() => raise(error))).then(finish)
}

function finishDraft(
  value: unknown,
  { faults, tooLarge, job }: Omit<CheckedOptions, 'faults'> & { readonly faults: Faults },
  { limits, newId }: DraftContext,
): NewJob {
  let onlyFault = tooLarge
  const payload = faults.attempt(() => {
    try {
      return toJsonText(value, 'payload', limits.payload)
    } catch (error) {
      if (SizeLimitError.is(error)) onlyFault = error
      throw error
    }
  })
  if (faults.found.length === 1 && onlyFault !== undefined) throw onlyFault
  faults.throwIfAny()
  return { id: newId(), payload: payload as string, ...job }
}

function raise(error: unknown): never {
  throw error
}
