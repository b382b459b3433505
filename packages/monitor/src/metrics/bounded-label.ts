/** Values of one label that are told apart: each costs whoever stores the metrics a series of its own. */
const MOST_VALUES = 200

/** What all others are called. */
const OTHER = 'other'

/** Gives back the first 200 values it meets as they are, and `other` for every further one. */
export function createBoundedLabel(most: number = MOST_VALUES): (value: string) => string {
  const known = new Set<string>()
  return (value) => {
    if (known.has(value)) return value
    if (known.size >= most) return OTHER
    known.add(value)
    return value
  }
}
