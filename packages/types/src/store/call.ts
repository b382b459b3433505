/**
 * Names one changing call of the port, so that it can be repeated when its reply was lost.
 *
 * A caller (one client or node process; a random id per start) has a few lanes. On a lane it sends one call at
 * a time and repeats it under the same number until it is answered or given up; the next call has the next
 * number. The store keeps, per lane, the last number and what its answer cannot be rebuilt from:
 *
 * - same number: the same answer, nothing changes (a claim answers with the leases still held under its tokens);
 * - lower number: rejects with `SupersededError`, nothing changes;
 * - higher number: the call is new.
 *
 * Lanes silent for ten minutes are forgotten, so a call is repeated within that time or never.
 */
export interface CallKey {
  /** 1-40 characters of `0-9a-z`. */
  readonly caller: string
  /** 0, 1, 2, ... */
  readonly lane: number
  /** Greater than every number used on this lane before. */
  readonly number: number
}

/** The text that makes every lease token of one claim unique for all time: it names the claim. */
export function callId(call: CallKey): string {
  return `${call.caller}.${call.lane.toString(36)}.${call.number.toString(36)}`
}

/** Whether an argument of a call of the port is its key: then the call may change something. */
export function isCallKey(value: unknown): value is CallKey {
  return (
    typeof value === 'object' && value !== null && 'caller' in value && 'lane' in value && 'number' in value
  )
}
