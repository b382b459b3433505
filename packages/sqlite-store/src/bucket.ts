import { burstOf, type RateSetting } from '@dureq/types'

/** What a token bucket held when it was last written; undefined stands for a full one. */
export interface Bucket {
  readonly tokens: number
  readonly at: number
}

/** Sums of fractions miss whole numbers by a hair. */
const HAIR = 1e-9
/** The same of milliseconds. */
const MOMENT = 1e-6

/** The tokens in a bucket now, a fraction included. */
function tokensIn(bucket: Bucket | undefined, rate: RateSetting, now: number): number {
  const burst = burstOf(rate)
  if (bucket === undefined) return burst
  const { rateLimit = 0 } = rate
  return Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) * rateLimit) / 1000)
}

/** How many starts a rate allows now. */
export function startsIn(bucket: Bucket | undefined, rate: RateSetting, now: number): number {
  return Math.max(0, Math.floor(tokensIn(bucket, rate, now) + HAIR))
}

/** The bucket after starts. */
export function takeFrom(bucket: Bucket | undefined, rate: RateSetting, now: number, starts: number): Bucket {
  return { tokens: tokensIn(bucket, rate, now) - starts, at: now }
}

/** When the next start is possible; undefined: now. */
export function nextStart(bucket: Bucket | undefined, rate: RateSetting, now: number): number | undefined {
  return whenHolding(1, bucket, { rate, now })
}

/** When the bucket is full; undefined: now. */
export function fullAt(bucket: Bucket | undefined, rate: RateSetting, now: number): number | undefined {
  return whenHolding(burstOf(rate), bucket, { rate, now })
}

interface Filling {
  readonly rate: RateSetting
  readonly now: number
}

function whenHolding(wanted: number, bucket: Bucket | undefined, { rate, now }: Filling): number | undefined {
  const lacking = wanted - tokensIn(bucket, rate, now)
  if (lacking <= HAIR) return undefined
  return now + Math.max(1, Math.ceil((lacking * 1000) / (rate.rateLimit ?? 1) - MOMENT))
}
