/** Which tier is served next, and the credits after that. */
export interface TierChoice {
  /** Index into the tiers, highest first. */
  readonly tier: number
  readonly credits: readonly number[]
}

/**
 * Chooses the tier whose firing is served next and spends a credit of it: the highest that has work and credit. When
 * no tier with work has credit, all credits are filled up to their weights first. Undefined when there is no work.
 *
 * The three lists stand for the same tiers, highest first. Credits start full, and carry over from claim to claim.
 */
export function nextTier(
  credits: readonly number[],
  weights: readonly number[],
  hasWork: readonly boolean[],
): TierChoice | undefined {
  const tier = firstServable(credits, hasWork)
  if (tier >= 0) return { tier, credits: credits.map((left, i) => (i === tier ? left - 1 : left)) }
  if (!hasWork.includes(true)) return undefined
  const full = firstServable(weights, hasWork)
  return { tier: full, credits: weights.map((weight, i) => (i === full ? weight - 1 : weight)) }
}

function firstServable(credits: readonly number[], hasWork: readonly boolean[]): number {
  return hasWork.findIndex((work, i) => work && (credits[i] ?? 0) > 0)
}
