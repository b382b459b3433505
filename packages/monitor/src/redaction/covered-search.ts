import type { JsonValue } from '@dureq/types'
import type { Redactor } from './redactor.ts'

/** A list is filled up to a place in it; what is looked for further out counts as hidden. */
const MOST_ITEMS = 1_000

/**
 * Whether a search looks at something that is hidden: whoever may ask for it could find out what it is by asking again and again.
 */
export function isCovered(redactor: Redactor, path: readonly (string | number)[], value: JsonValue): boolean {
  if (path.some((step) => typeof step === 'number' && step >= MOST_ITEMS)) return true
  const sample = path.reduceRight<JsonValue>((inner, step) => {
    if (typeof step === 'string') return { [step]: inner }
    return [...Array.from({ length: step }, () => null), inner]
  }, value)
  return redactor.value(sample) !== sample
}
