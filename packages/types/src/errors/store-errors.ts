import { DureqError } from './dureq-error.ts'

/** The store could not be reached, or gave no answer in time. The `cause` is the error of its client. */
export class StoreUnavailableError extends DureqError<'store-unavailable'> {
  static override readonly code = 'store-unavailable'
  /**
   * Whether the call may have taken effect although no answer came. When false it certainly has not. A call
   * with a request id or a unique key can be repeated safely either way.
   */
  readonly mayHaveHappened: boolean

  constructor(mayHaveHappened: boolean, options?: ErrorOptions) {
    const effect = mayHaveHappened ? 'the call may have taken effect' : 'nothing was changed'
    super(`dureq: store unavailable: ${effect}`, options)
    this.mayHaveHappened = mayHaveHappened
  }
}

/** The store has no room for more work; nothing was stored. What is already there can still be worked off. */
export class StoreFullError extends DureqError<'store-full'> {
  static override readonly code = 'store-full'

  constructor(options?: ErrorOptions) {
    super('dureq: store is full', options)
  }
}

/** The server or the data behind the store has a version this release cannot work with. */
export class StoreVersionError extends DureqError<'store-version'> {
  static override readonly code = 'store-version'

  constructor(problem: string, options?: ErrorOptions) {
    super(`dureq: unsupported store version: ${problem}`, options)
  }
}

/** The store was opened with another number of partitions than it was first used with. */
export class PartitionMismatchError extends DureqError<'partition-mismatch'> {
  static override readonly code = 'partition-mismatch'
  /** The number the store was first used with. */
  readonly stored: number
  /** The number it was now opened with. */
  readonly asked: number

  constructor(stored: number, asked: number, options?: ErrorOptions) {
    super(`dureq: the store has ${stored} partitions, not ${asked}: the number cannot change`, options)
    this.stored = stored
    this.asked = asked
  }
}

/** A call came after a later call of its lane: nobody waits for it any more. Nothing was changed. */
export class SupersededError extends DureqError<'superseded'> {
  static override readonly code = 'superseded'

  constructor(options?: ErrorOptions) {
    super('dureq: a later call of this lane was already answered', options)
  }
}
