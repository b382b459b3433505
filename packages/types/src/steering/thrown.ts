/**
 * Whether a thrown value is an Error, also one of another realm. Anything else a handler throws (a text,
 * undefined, a plain object) counts as a panic.
 */
export function isError(thrown: unknown): thrown is Error {
  return thrown instanceof Error || Object.prototype.toString.call(thrown) === '[object Error]'
}

/** The text of whatever was thrown: the message of an error, a text as it is, anything else as JSON if possible. */
export function textOf(thrown: unknown): string {
  if (isError(thrown)) return thrown.message
  if (typeof thrown !== 'object' || thrown === null) return String(thrown)
  try {
    return JSON.stringify(thrown)
  } catch {
    return Object.prototype.toString.call(thrown)
  }
}

/** What an error made from an error or a text gets as its options: the error as its cause. */
export function causedBy(thrown: unknown): ErrorOptions {
  return isError(thrown) ? { cause: thrown } : {}
}
