import { type Fault, SizeLimitError, ValidationError } from '@dureq/types'

/**
 * Lets what is wrong with a request be told with the names of the wire: `retry_policy.jitter`, not
 * `retryPolicy.jitter`. Names inside payloads, headers and input are the user's and stay.
 */
export async function inWireNames<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    // The fields that have a size limit, payload, input and headers, are spelled the same.
    if (!ValidationError.is(error) || SizeLimitError.is(error)) throw error
    throw new ValidationError(error.fields.map(withWireName), { cause: error })
  }
}

function withWireName(fault: Fault): Fault {
  const { field, problem } = fault
  return { ...fault, field: wireField(field), problem: isOfUser(field) ? problem : wireProblem(problem) }
}

/** What is said of something within these a schema of the user says, about names of the user. */
function isOfUser(field: string): boolean {
  return /\b(?:payload|headers|input)\b/.test(field)
}

/** A problem with the names of the wire: `must be one of depends_on`. What stands in quotes was given, and stays. */
export function wireProblem(problem: string): string {
  return problem.replace(/"(?:[^"\\]|\\.)*"|\b[a-z]+(?:[A-Z][a-z]*)+\b/g, (word) =>
    word.startsWith('"') ? word : wireName(word),
  )
}

/** The path of a field with the names of the wire. */
export function wireField(field: string): string {
  const [, ours = '', users = ''] = /^(.*?)(\b(?:payload|headers|input)\b.*)?$/s.exec(field) ?? []
  return wireName(ours) + users
}

/** One of our names as the wire has it: `taskType` is `task_type`. */
export function wireName(ours: string): string {
  return ours.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
