import { type BatchInstance, BatchNotFoundError, isId } from '@dureq/types'
import { givenId } from '../given-id.ts'

/** A batch as `enqueueBatch` returns it: it also tells the compiler what its items come to. */
export type EnqueuedBatch<Output = unknown> = BatchInstance & {
  /** Exists for the compiler only. */
  readonly '~output'?: Output
}

/** Names a batch: its id, or the batch itself, which also tells the type of its results. */
export type BatchRef<Output = unknown> = string | { readonly id: string; readonly '~output'?: Output }

/** The id a reference names; undefined when it has not the form of an id, so that there can be no such batch. */
export function findableBatch(ref: BatchRef): string | undefined {
  const id = givenId(ref, 'batch')
  return isId(id) ? id : undefined
}

/**
 * The id a reference names.
 *
 * @throws BatchNotFoundError when it has not the form of an id.
 * @throws ValidationError when it is neither a text nor a batch.
 */
export function requireBatch(ref: BatchRef): string {
  const id = givenId(ref, 'batch')
  if (isId(id)) return id
  throw new BatchNotFoundError(id)
}
