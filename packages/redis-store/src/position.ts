import { ValidationError } from '@dureq/types'

/** A position of the log over all partitions: one running number each, joined by dots. */
export function formatPosition(numbers: readonly number[]): string {
  return numbers.join('.')
}

/** The numbers of a position; throws ValidationError for a text that is not one of this store's. */
export function parsePosition(position: string | undefined, partitions: number): number[] {
  if (position === undefined) return Array.from({ length: partitions }, () => 0)
  const numbers = position.split('.').map(Number)
  if (numbers.length !== partitions || !numbers.every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw new ValidationError([{ field: 'after', problem: 'is not a position of this event log' }])
  }
  return numbers
}
