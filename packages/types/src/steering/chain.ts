import { isError } from './thrown.ts'

/** A chain longer than this, or a circle, is cut off. */
const maxChain = 100

/** The first error of a class in an error and its chain of causes, if there is one. */
export function findInChain<E>(
  error: unknown,
  type: { is(value: unknown): boolean; readonly prototype: E },
): E | undefined {
  let link = error
  for (let i = 0; i < maxChain && isError(link); i++) {
    if (type.is(link)) return link as E
    link = link.cause
  }
  return undefined
}
