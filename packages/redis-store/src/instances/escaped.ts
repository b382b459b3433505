/** A text as it stands in keys and lines: without line breaks and tabs. */
export function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

/** The text that stands there so. */
export function unescaped(text: string): string {
  return JSON.parse(`"${text}"`) as string
}
