/** A moment as it goes over the wire: RFC 3339 in UTC, without zeros at the end of its fraction. */
export function encodeInstant(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.?0*Z$/, 'Z')
}

/** What Go writes for a moment that is not set where one has to stand. */
export const UNSET_INSTANT = '0001-01-01T00:00:00Z'

/** A moment that may be missing. */
export function encodeOptionalInstant(epochMs: number | undefined): string | undefined {
  return epochMs === undefined ? undefined : encodeInstant(epochMs)
}
