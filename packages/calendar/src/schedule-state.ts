/** What a schedule itself does not say, and its firing times depend on. Stored beside it. */
export interface ScheduleState {
  /**
   * When the schedule was created, in epoch milliseconds. Intervals are counted from `startsAt`, or from here if there
   * is none; so it stays as it is until `startsAt` changes.
   */
  readonly anchorAt?: number
}
