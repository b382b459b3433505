/** What may stand in a JSON text as it is, but does not in one of the Go implementation. */
const escaped = /[<>&\u2028\u2029]/g

/**
 * The body of an answer, byte for byte as the Go implementation writes it: ended by a line break, and without characters
 * that would mean something where the text is pasted into a page. It is the same JSON to whoever parses it.
 */
export function writeJson(value: unknown): string {
  const text = JSON.stringify(value)
  return `${text.replace(escaped, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`
}
