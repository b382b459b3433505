import { openOffsetReader } from './offset-reader.ts'
import { createZone, utc, type Zone } from './zone.ts'

/** Opening a zone and finding its changes is slow, so each is kept once it has been asked for: some 600 at most. */
const known = new Map<string, Zone>([
  ['utc', utc],
  ['etc/utc', utc],
])

/** The zone with an IANA name, in any case; undefined when this machine knows none. */
export function findZone(name: string): Zone | undefined {
  const key = name.toLowerCase()
  const zone = known.get(key)
  if (zone !== undefined) return zone
  const offsetAt = openOffsetReader(name)
  if (offsetAt === undefined) return undefined
  const opened = createZone(offsetAt)
  known.set(key, opened)
  return opened
}
