import type { JsonText, LeasedRun, LeaseRef } from '@dureq/types'
import type { Batch } from './batch.ts'
import type { Due } from './deadlines.ts'
import type { HandlerEntry } from './handler-entry.ts'
import type { RunMemory } from './run-memory.ts'

/** Why an execution was told to end. */
type AbortCause = 'cancel' | 'timeout' | 'stop' | 'lost'

/** That it was told to end: the cause, what its signal says, and, of a cancellation, the reason given. */
export interface Abort {
  readonly cause: AbortCause
  readonly error: Error
  readonly reason?: string
}

/** One leased run and its handler, from the claim until the handler has returned. */
export class Execution implements Due {
  readonly lease: LeasedRun
  readonly entry: HandlerEntry
  readonly batch: Batch
  /** When its handler began, on the node's clock. */
  startedAt: number
  /** Whether it has begun and the store is still to be told so. */
  startUntold: boolean
  /** When its lease was last prolonged for certain, on the node's clock. */
  prolongedAt: number
  /** When it must end: its timeout, later the end of its grace period. */
  dueAt = 0
  heapIndex = -1
  /** Set once, by the first cause. */
  abort: Abort | undefined
  /** The last progress reported and not stored yet. */
  progress: JsonText | undefined
  /** Whether this node still answers for the run: false once its outcome is decided or its lease is lost. */
  held = true
  /** Who else is told when it is to end: the group whose handler does its work. */
  group: { told(abort: Abort): void } | undefined
  /** What its firing remembers; made when a handler first uses it. */
  memory: RunMemory | undefined
  #controller: AbortController | undefined

  constructor(lease: LeasedRun, entry: HandlerEntry, batch: Batch, startedAt: number) {
    this.lease = lease
    this.entry = entry
    this.batch = batch
    this.startedAt = startedAt
    this.startUntold = batch.ahead
    this.prolongedAt = batch.leasedAt
  }

  /** The name of its lease. */
  get ref(): LeaseRef {
    return { firingId: this.lease.firingId, token: this.lease.token }
  }

  /** The longest it may take; undefined: no limit. */
  get timeoutMs(): number | undefined {
    return this.lease.timeoutMs ?? this.entry.timeoutMs
  }

  /** Made when a handler first looks at it: most never do. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.abort !== undefined) this.#controller.abort(this.abort.error)
    }
    return this.#controller.signal
  }

  /** Tells the handler to end; false if it has been told before. */
  tellToEnd(abort: Abort): boolean {
    if (this.abort !== undefined) return false
    this.abort = abort
    this.#controller?.abort(abort.error)
    this.group?.told(abort)
    return true
  }
}
