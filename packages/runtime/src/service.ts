/** How long a stop may take. */
export interface StopOptions {
  /**
   * How long running work may go on before it is aborted; 0 aborts at once. Default 30,000. A grace period of
   * the service follows for what was aborted.
   */
  readonly timeoutMs?: number
  /** Ends the waiting early: running work is aborted as soon as it fires. */
  readonly signal?: AbortSignal
}

/** What became of the work a service had when it was asked to stop. */
export interface StopReport {
  /** Ended by itself within the time given. */
  readonly finished: number
  /** Given back to the store unharmed: another node does it. */
  readonly handedBack: number
  /** Still running in this process although it was aborted; its results are refused. */
  readonly abandoned: number
}

/** Every long-lived part of dureq. */
export interface Service extends AsyncDisposable {
  /** Resolves when the service works. A second call joins the first; after a stop it rejects. */
  start(): Promise<void>
  /**
   * Takes no new work, lets running work end, then resolves. Idempotent (later calls get the first one's report)
   * and allowed before start.
   */
  stop(options?: StopOptions): Promise<StopReport>
}

/** The report of a service that had no work. */
export const nothingStopped: StopReport = { finished: 0, handedBack: 0, abandoned: 0 }
