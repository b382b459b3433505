/** How bad the network is: the probabilities of what may happen to one call, 0 to 1. */
export interface Weather {
  /** It does not reach the store. */
  readonly refused: number
  /** It takes effect, and the answer is lost. */
  readonly lost: number
  /** It reaches the store twice, the second time at once. */
  readonly repeated: number
  /** A copy of it reaches the store again later, when nobody waits for it any more. */
  readonly echoed: number
  /** A wait ends without having been told what it waited for. */
  readonly deaf: number
  /** Most ms a call takes, in each direction. */
  readonly latency: number
}

/** Everything arrives. */
export const fair: Weather = { refused: 0, lost: 0, repeated: 0, echoed: 0, deaf: 0, latency: 3 }

/** Much does not. */
export const storm: Weather = {
  refused: 0.04,
  lost: 0.04,
  repeated: 0.03,
  echoed: 0.03,
  deaf: 0.1,
  latency: 400,
}
