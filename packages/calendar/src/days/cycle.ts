/** Which days, weeks or months count: every so many, counted from the one of `anchor`, which may be any that does. */
export interface Cycle {
  /** The number of a day. */
  readonly anchor: number
  /** 1 or more. */
  readonly every: number
}
