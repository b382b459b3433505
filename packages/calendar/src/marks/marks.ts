/**
 * A set of whole numbers that goes on and on: days that count, seconds of a day, moments a schedule fires at. What
 * the numbers stand for is the owner's business. Every type of schedule is built from a few such sets.
 */
export interface Marks {
  /** The first mark that is not less than `at`; undefined when there is none. */
  onOrAfter(at: number): number | undefined
  /** The last mark that is not greater than `at`; undefined when there is none. */
  onOrBefore(at: number): number | undefined
  /** How many marks lie from `from` on and before `to`. `from` must not be greater than `to`. */
  count(from: number, to: number): number
}

/** Whether a number is a mark. */
export function isMark(marks: Marks, at: number): boolean {
  return marks.onOrAfter(at) === at
}
