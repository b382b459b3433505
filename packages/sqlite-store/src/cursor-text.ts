/** Writes the parts of a cursor as one opaque text. */
export function writeCursorText(parts: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

/** Reads the parts of a cursor; none of a text that is none of ours. */
export function readCursorText(cursor: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}
