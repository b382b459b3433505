import { ValidationError } from '@dureq/types'

/**
 * The id in a reference, whatever its form.
 *
 * @param what it refers to: `job`.
 * @throws ValidationError when it is neither a text nor an object with one.
 */
export function givenId(ref: string | { readonly id: string }, what: string): string {
  const id: unknown = typeof ref === 'object' && ref !== null ? ref.id : ref
  if (typeof id === 'string') return id
  throw new ValidationError([{ field: 'id', problem: `must be the id of a ${what}, or a ${what}` }])
}
