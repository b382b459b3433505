import type { Random } from '@dureq/types'

/** Seeded chance, in the forms a world needs it. */
export interface Dice {
  readonly random: Random
  /** Whether something happens that has this probability, 0 to 1. */
  chance(probability: number): boolean
  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number
  /** One of them. */
  pick<Item>(items: readonly Item[]): Item
  /** Dice of their own, which do not disturb these. */
  fork(): Dice
}

/** The dice of a seed. */
export function createDice(seed: number): Dice {
  const random = createStream(seed)
  const between = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1))
  return {
    random,
    chance: (probability) => random() < probability,
    between,
    pick: <Item>(items: readonly Item[]) => items[between(0, items.length - 1)] as Item,
    fork: () => createDice(between(0, 0xffff_ffff)),
  }
}

/** Numbers from 0 (included) to 1 (excluded): the same for the same seed (sfc32, a small fast chaotic generator with a counter). */
function createStream(seed: number): Random {
  let [a, b, c, counter] = [0, seed | 0, 0x9e37_79b9 | 0, 1]
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 4_294_967_296
  }
  for (let i = 0; i < 12; i++) next()
  return next
}
