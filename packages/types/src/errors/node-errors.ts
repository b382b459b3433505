import { DureqError } from './dureq-error.ts'

/** Something only the leader may do was asked of a node that is not the leader. */
export class NotLeaderError extends DureqError<'not-leader'> {
  static override readonly code = 'not-leader'

  constructor(options?: ErrorOptions) {
    super('dureq: not the leader node', options)
  }
}

/** A lock is held by someone else. */
export class LockFailedError extends DureqError<'lock-failed'> {
  static override readonly code = 'lock-failed'
  readonly lock: string

  constructor(lock: string, options?: ErrorOptions) {
    super(`dureq: failed to acquire lock: ${lock}`, options)
    this.lock = lock
  }
}

/** A lock was to be renewed or released by someone who does not, or no longer, hold it. */
export class LockNotHeldError extends DureqError<'lock-not-held'> {
  static override readonly code = 'lock-not-held'
  readonly lock: string

  constructor(lock: string, options?: ErrorOptions) {
    super(`dureq: lock not held: ${lock}`, options)
    this.lock = lock
  }
}

/** A worker, engine, client or store was used after it was stopped or closed. */
export class ServerStoppedError extends DureqError<'server-stopped'> {
  static override readonly code = 'server-stopped'

  constructor(options?: ErrorOptions) {
    super('dureq: server stopped', options)
  }
}
