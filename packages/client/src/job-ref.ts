import { JobNotFoundError, type JobResult } from '@dureq/types'
import { givenId } from './given-id.ts'

/** Names a job: its id, the id of one of its firings, or the job itself, which also tells the type of its output. */
export type JobRef<Output = unknown> = string | { readonly id: string; readonly result?: JobResult<Output> }

const form = /^[0-9a-v]{20}(?::\d{1,16}t?)?$/

/** The id a reference names; undefined when it has not the form of an id, so that there can be no such job. */
export function findableId(ref: JobRef): string | undefined {
  const id = givenId(ref, 'job')
  return form.test(id) ? id : undefined
}

/**
 * The id a reference names.
 *
 * @throws JobNotFoundError when it has not the form of an id.
 * @throws ValidationError when it is neither a text nor a job.
 */
export function requireId(ref: JobRef): string {
  const id = givenId(ref, 'job')
  if (form.test(id)) return id
  throw new JobNotFoundError(id)
}
