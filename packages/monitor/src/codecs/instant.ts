/** A moment as it goes over the wire: RFC 3339 in UTC, without zeros at the end of its fraction. */
export function encodeInstant(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.?0*Z$/, 'Z')
}

/** A moment that may be missing. */
export function encodeOptionalInstant(epochMs: number | undefined): string | undefined {
  return epochMs === undefined ? undefined : encodeInstant(epochMs)
}
