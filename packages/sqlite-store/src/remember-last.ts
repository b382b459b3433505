/** What a tuple that is stored as JSON may hold. */
type Part = string | number | null | undefined | readonly Part[]

/** Reads texts of which the same often comes many times in a row: it is read once. What it reads must not be changed. */
export function readingOnce<T>(read: (text: string) => T): (text: string) => T {
  let last: { readonly text: string; readonly value: T } | undefined
  return (text) => {
    if (last?.text !== text) last = { text, value: read(text) }
    return last.value
  }
}

/** Writes tuples of which equal ones often come many in a row: they are written once, and share their text. */
export function writingOnce(): (tuple: readonly Part[]) => string {
  let last: { readonly tuple: readonly Part[]; readonly text: string } | undefined
  return (tuple) => {
    if (last === undefined || !areEqual(last.tuple, tuple)) last = { tuple, text: JSON.stringify(tuple) }
    return last.text
  }
}

function areEqual(a: readonly Part[], b: readonly Part[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    const x = a[i]
    const y = b[i]
    if (x !== y && !(isTuple(x) && isTuple(y) && areEqual(x, y))) return false
  }
  return true
}

function isTuple(part: Part): part is readonly Part[] {
  return typeof part === 'object' && part !== null
}
