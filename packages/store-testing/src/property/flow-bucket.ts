/** A token bucket of which only bounds are known: what was in it when it was set up is the store's affair. */
export interface ModelBucket {
  /** Tokens a second. */
  readonly rate: number
  readonly burst: number
  /** At least so many, and at most so many. */
  least: number
  most: number
  at: number
}

/** A bucket set up now, which may be empty or full. */
export function createBucket(now: number, rate: number, burst: number): ModelBucket {
  return { rate, burst, least: 0, most: burst, at: now }
}

/** Lets the time pass that has passed. */
export function refill(bucket: ModelBucket, now: number): ModelBucket {
  const more = ((now - bucket.at) * bucket.rate) / 1_000
  bucket.least = Math.min(bucket.burst, bucket.least + more)
  bucket.most = Math.min(bucket.burst, bucket.most + more)
  bucket.at = now
  return bucket
}

/** One token is taken. */
export function take(bucket: ModelBucket): void {
  bucket.least = Math.max(0, bucket.least - 1)
  bucket.most = Math.max(0, bucket.most - 1)
}
