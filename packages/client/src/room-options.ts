import { type Duration, type Faults, isPlainObject, readDuration } from '@dureq/types'

/** What an enqueue does when as many jobs of its task type wait as the settings allow (`maxDepth`). */
export interface RoomOptions {
  /** Default `reject`: `QueueFullError`. `wait`: the call waits until there is room. */
  readonly whenFull?: 'reject' | 'wait'
  /** How long `wait` waits before it is `QueueFullError` after all. Default: without end. */
  readonly roomTimeout?: Duration
  /** Ends the waiting: the call then rejects with its reason. */
  readonly signal?: AbortSignal
}

/** The names of these options: they are of a call, and nothing of them is stored. */
export const roomOptionNames: readonly (keyof RoomOptions)[] = ['whenFull', 'roomTimeout', 'signal']

/** How long to wait for room: 0 means not at all. */
export interface RoomWait {
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

/** How long the options say to wait for room. Adds a fault for everything that is wrong with them. */
export function readRoomOptions(given: RoomOptions, faults: Faults): RoomWait {
  const { whenFull = 'reject', roomTimeout, signal } = given
  if (!['reject', 'wait'].includes(whenFull)) faults.add('whenFull', 'must be reject or wait')
  if (signal !== undefined && !(isPlainObject(signal) && 'aborted' in signal))
    faults.add('signal', 'must be an AbortSignal')
  if (roomTimeout !== undefined && whenFull !== 'wait') faults.add('roomTimeout', "needs whenFull 'wait'")
  const timeoutMs = readDuration(roomTimeout, 'roomTimeout', faults) ?? Number.POSITIVE_INFINITY
  return { timeoutMs: whenFull === 'wait' ? timeoutMs : 0, signal }
}
