import { type Duration, type Faults, readDuration } from '@dureq/types'
import { fault, has, type RawTask } from './raw-task.ts'

/** A length of time of 1 ms or more, in ms; undefined where it is absent or wrong. */
export function readLength(value: unknown, field: string, faults: Faults): number | undefined {
  const ms = readDuration(value as Duration | undefined, field, faults)
  if (ms === 0) faults.add(field, 'must be at least 1 ms', 1)
  return ms
}

/** The timeout of a `wait`, in ms. */
export function readTimeout(raw: RawTask): number | undefined {
  return has(raw, 'timeout') ? readLength(raw.value.timeout, `${raw.field}.timeout`, raw.faults) : undefined
}

/** Adds a fault for a `wait` that waits for nothing, or has routes and not both things to choose between. */
export function requireSignalOrTimeout(raw: RawTask): void {
  if (raw.kind !== 'wait') return
  const hasSignal = has(raw, 'signal') && raw.value.signal !== ''
  const hasTimeout = has(raw, 'timeout')
  if (!hasSignal && !hasTimeout) raw.faults.add(raw.field, 'must have a signal, a timeout or both')
  else if (has(raw, 'conditionRoutes') && !(hasSignal && hasTimeout)) {
    fault(raw, 'conditionRoutes', 'must not be given without both a signal and a timeout')
  }
}
