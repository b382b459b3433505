import type { Faults } from '@dureq/types'

/** The value where it is one of the words; undefined where it is absent, or after a fault. */
export function readOneOf<Word extends string>(
  value: unknown,
  words: readonly Word[],
  field: string,
  faults: Faults,
): Word | undefined {
  const word = words.find((each) => each === value)
  if (word === undefined && value !== undefined) faults.add(field, `must be one of ${words.join(', ')}`)
  return word
}
