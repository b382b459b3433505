import { formatGoDuration } from '@dureq/types'

/** Nanoseconds of a millisecond. */
const NS = 1_000_000

/** The fields Go keeps as plain durations: whole nanoseconds. */
export function encodeNanoseconds(ms: number): number {
  return Math.round(ms * NS)
}

/** The milliseconds of whole nanoseconds. */
export function decodeNanoseconds(ns: number): number {
  return ns / NS
}

/** The fields that are Go duration strings, where they are there. */
export function encodeOptionalLength(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : formatGoDuration(ms)
}
