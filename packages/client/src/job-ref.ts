import { JobNotFoundError, type JobResult, ValidationError } from '@dureq/types'

/** Names a job: its id, the id of one of its firings, or the job itself, which also tells the type of its output. */
export type JobRef<Output = unknown> = string | { readonly id: string; readonly result?: JobResult<Output> }

const form = /^[0-9a-v]{20}(?::\d{1,16}t?)?$/

/** The id a reference names; undefined when it has not the form of an id, so that there can be no such job. */
export function findableId(ref: JobRef): string | undefined {
  const id = givenId(ref)
  return form.test(id) ? id : undefined
}

/**
 * The id a reference names.
 *
 * @throws JobNotFoundError when it has not the form of an id.
 * @throws ValidationError when it is neither a text nor a job.
 */
export function requireId(ref: JobRef): string {
  const id = givenId(ref)
  if (form.test(id)) return id
  throw new JobNotFoundError(id)
}

function givenId(ref: JobRef): string {
  const id: unknown = typeof ref === 'object' && ref !== null ? ref.id : ref
  if (typeof id === 'string') return id
  throw new ValidationError([{ field: 'id', problem: 'must be the id of a job, or a job' }])
}
