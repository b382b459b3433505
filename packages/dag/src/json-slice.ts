import type { JsonText } from '@dureq/types'

/** A string, a bracket or other mark, or a number or word, with the spaces in front of it. */
const token = /[\s]*(?:"(?:[^"\\]+|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+)/y

/**
 * The text of one value inside a JSON text, as it stands there: parsing would round large numbers.
 *
 * @param location names and indexes that lead to a value the text has.
 */
export function sliceAt(text: JsonText, location: readonly (string | number)[]): JsonText {
  let start = 0
  for (const step of location)
    start = typeof step === 'number' ? element(text, start, step) : member(text, start, step)
  return text.slice(start, endOfValue(text, start)).trim()
}

/** Where the element of this index begins, in the array that begins at `start`. */
function element(text: JsonText, start: number, index: number): number {
  let at = endOfToken(text, start)
  for (let i = 0; i < index; i++) at = endOfToken(text, endOfValue(text, at))
  return at
}

/** Where the value of this member begins, in the object that begins at `start`; of the last, as the parser takes it. */
function member(text: JsonText, start: number, name: string): number {
  let found = start
  let at = start
  do {
    const nameAt = endOfToken(text, at)
    const nameEnd = endOfToken(text, nameAt)
    const valueAt = endOfToken(text, nameEnd)
    if (JSON.parse(text.slice(nameAt, nameEnd)) === name) found = valueAt
    at = endOfValue(text, valueAt)
  } while (lastOf(text, endOfToken(text, at)) === ',')
  return found
}

function endOfValue(text: JsonText, start: number): number {
  let depth = 0
  let at = start
  do {
    at = endOfToken(text, at)
    const last = lastOf(text, at)
    if (last === '[' || last === '{') depth += 1
    else if (last === ']' || last === '}') depth -= 1
  } while (depth > 0)
  return at
}

function endOfToken(text: JsonText, start: number): number {
  token.lastIndex = start
  return token.test(text) ? token.lastIndex : text.length
}

/** The last character of the token that ends at `end`: a bracket is a token of its own, and no other ends in one. */
function lastOf(text: JsonText, end: number): string {
  return text.charAt(end - 1)
}
