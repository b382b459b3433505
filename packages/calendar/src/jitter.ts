import type { ResolvedSchedule } from '@dureq/types'

/**
 * How much later than its time a firing may be claimed: whole milliseconds from 0 up to but not including `jitter`.
 *
 * The same text always gives the same delay, so every scheduler computes the same one; different texts spread evenly.
 * Take the firing id (job id and time without jitter).
 */
export function jitterOf(schedule: ResolvedSchedule, seedText: string): number {
  if (schedule.type === 'IMMEDIATE' || schedule.type === 'ONE_TIME') return 0
  return Math.floor(fractionOf(seedText) * (schedule.jitter ?? 0))
}

/** A number from 0 (included) to 1 (excluded): two runs of FNV-1a, well stirred, make its 53 bits. */
function fractionOf(text: string): number {
  const high = stir(fnv1a(text, 0x811c9dc5)) >>> 5
  const low = stir(fnv1a(text, 0x9e3779b9)) >>> 6
  return (high * 2 ** 26 + low) / 2 ** 53
}

function fnv1a(text: string, basis: number): number {
  let hash = basis
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}

/** The end of MurmurHash3: every bit of the input may change every bit of the output. */
function stir(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
