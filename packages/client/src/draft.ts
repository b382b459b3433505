import {
  type Faults,
  InvalidScheduleError,
  type NewId,
  type NewJob,
  type Recurrence,
  SizeLimitError,
  type SizeLimits,
  toJsonText,
  validatePayload,
} from '@dureq/types'
import type { AnyTask } from './any-task.ts'
import type { CheckedOptions } from './checked-options.ts'
import { firstFiring } from './first-firing.ts'
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
  { faults, tooLarge, job, recurring }: Omit<CheckedOptions, 'faults'> & { readonly faults: Faults },
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
  const draft = { id: newId(), payload: payload as string, ...job }
  return recurring === undefined ? draft : recurringJob(draft, recurring)
}

/** It was checked that it fires. */
function recurringJob(draft: NewJob, { schedule, anchorAt }: Omit<Recurrence, 'next'>): NewJob {
  const next = firstFiring({ schedule, anchorAt, jobId: draft.id }, anchorAt)
  if (next === undefined) throw new InvalidScheduleError('it never fires')
  return { ...draft, recurrence: { schedule, anchorAt, next } }
}

function raise(error: unknown): never {
  throw error
}
