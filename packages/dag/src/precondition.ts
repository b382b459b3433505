import type { JsonText, Precondition } from '@dureq/types'
import { formatLikeGo } from './go-number.ts'
import { findFirst } from './json-path.ts'
import { sliceAt } from './json-slice.ts'

/**
 * Why a task must be skipped; undefined when all of its preconditions hold.
 *
 * @param outputOf what a task returned, as its text; undefined when it returned nothing or did not run.
 */
export function unmetPrecondition(
  preconditions: readonly Precondition[],
  outputOf: (task: string) => JsonText | undefined,
): string | undefined {
  for (const precondition of preconditions) {
    const problem = problemOf(precondition, outputOf(precondition.task))
    if (problem !== undefined) return `precondition not met: ${problem}`
  }
  return undefined
}

function problemOf({ task, path, expected }: Precondition, output: JsonText | undefined): string | undefined {
  if (output === undefined) return `upstream task "${task}" has no result`
  const actual = textAt(path, output)
  return actual === expected ? undefined : `${task}.${path} = "${actual}", expected "${expected}"`
}

/**
 * What a path finds in a JSON text, as text: a string as it is, a number as Go writes it (`42`, `1.5`, `1e+20`; whole
 * numbers with all their digits), `true`, `false`, the text of an object or array without spaces. Nothing and null are `''`.
 */
export function textAt(path: string, output: JsonText): string {
  const found = findSafely(path, JSON.parse(output))
  if (found === undefined || found.value === null) return ''
  const { value, location } = found
  if (typeof value === 'string') return value
  if (typeof value === 'number') return numberText(value, () => sliceAt(output, location))
  return typeof value === 'boolean' ? String(value) : compact(sliceAt(output, location))
}

/** A path may go deeper than the library does: then it finds nothing. */
function findSafely(path: string, value: unknown): ReturnType<typeof findFirst> {
  try {
    return findFirst(path, value)
  } catch {
    return undefined
  }
}

function numberText(value: number, written: () => JsonText): string {
  if (Number.isSafeInteger(value)) return String(value)
  const text = written()
  return /^-?\d+$/.test(text) ? text : formatLikeGo(value)
}

/** Without the spaces between the tokens; numbers stay as they are written. */
function compact(text: JsonText): JsonText {
  return text.replace(/("(?:[^"\\]+|\\.)*")|\s+/g, (_spaces, kept: string | undefined) => kept ?? '')
}
