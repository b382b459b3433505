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
  return { ...fault, field: wireField(fault.field) }
}

/** The path of a field with the names of the wire. */
export function wireField(field: string): string {
  const [, ours = '', users = ''] = /^(.*?)(\b(?:payload|headers|input)\b.*)?$/s.exec(field) ?? []
  return ours.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) + users
}
