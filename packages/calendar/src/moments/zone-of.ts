import { InvalidScheduleError, recurringDefaults } from '@dureq/types'
import { findZone } from '../zone/find-zone.ts'
import type { Zone } from '../zone/zone.ts'

/**
 * The zone of a schedule; UTC if it names none.
 *
 * @throws InvalidScheduleError when this machine does not know it.
 */
export function zoneOf(name: string = recurringDefaults.timezone): Zone {
  const zone = findZone(name)
  if (zone === undefined) throw new InvalidScheduleError(`time zone '${name}' is unknown on this machine`)
  return zone
}
