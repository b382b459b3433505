import { createIdMinter, type NewId } from '@dureq/types'
import { systemClock } from './system-clock.ts'
import { systemRandom } from './system-random.ts'

/** Mints the ids of this process: the default of everything that takes a `newId`. */
export const systemNewId: NewId = createIdMinter({ clock: systemClock, random: systemRandom })
