import { createLoop, createTickBatcher, type Loop } from '@dureq/runtime'
import type { Beat, BeatOutcome, JsonText } from '@dureq/types'
import type { Execution } from './execution.ts'
import type { WorkerTools } from './worker-tools.ts'

/** What heartbeats need besides. */
export interface HeartbeatsOptions extends WorkerTools {
  /** The executions this node holds a lease for, at any moment. */
  readonly held: () => Iterable<Execution>
  /** Told when the store says that a lease is not ours any more. */
  readonly onLost: (execution: Execution) => void
  /** Told when the store says that a job is to be cancelled. */
  readonly onCancelRequested: (execution: Execution) => void
}

/** Keeps the leases of a node alive: one call for all of them, every third of the shortest one. */
export interface Heartbeats {
  start(): void
  /** A lease was taken: its beat will come in time. */
  expect(execution: Execution): void
  /** Tells the store now which of these runs, claimed ahead, have started. Never throws: the next beat says it again. */
  tellStarted(executions: readonly Execution[]): void
  /** Takes progress over: it is stored within about 200 ms, or with the next beat. */
  report(execution: Execution, progress: JsonText): void
  /** Stores the progress last reported, before the run ends. Never throws: the outcome matters more. */
  flush(execution: Execution): Promise<void>
  stop(): Promise<void>
}

/** Progress reports of a node are gathered at least this long. */
const REPORT_EVERY_MS = 200

/** Most beats of one call. */
const MOST_BEATS = 1_000

const never = Number.POSITIVE_INFINITY

/** Heartbeats of a node without leases. */
export function createHeartbeats(options: HeartbeatsOptions): Heartbeats {
  return new LeaseHeartbeats(options)
}

class LeaseHeartbeats implements Heartbeats {
  readonly #options: HeartbeatsOptions
  readonly #loop: Loop
  readonly #reported = new Set<Execution>()
  readonly #flushing = createTickBatcher(async (executions: readonly Execution[]) => {
    await this.#send(executions)
    return executions
  })
  /** When the leases, and when the reports, are due. */
  #beatAt = never
  #reportAt = never
  #lastReportAt = Number.NEGATIVE_INFINITY

  constructor(options: HeartbeatsOptions) {
    this.#options = options
    const { clock, random, logger, isReported } = options
    // A lease must not run out while we rest after a failure.
    const pauses = { initialMs: 50, maxMs: 500 }
    this.#loop = createLoop({ clock, random, logger, pauses, isReported, round: () => this.#round() })
  }

  start(): void {
    this.#loop.start()
  }

  expect(execution: Execution): void {
    const at = beatAt(execution)
    if (at >= this.#beatAt) return
    this.#beatAt = at
    this.#loop.wakeWithin(at - this.#options.clock.now())
  }

  report(execution: Execution, progress: JsonText): void {
    execution.progress = progress
    this.#reported.add(execution)
    if (this.#reportAt !== never) return
    const now = this.#options.clock.now()
    this.#reportAt = Math.max(now, this.#lastReportAt + REPORT_EVERY_MS)
    this.#loop.wakeWithin(this.#reportAt - now)
  }

  async flush(execution: Execution): Promise<void> {
    await this.#flushing.add(execution).catch(() => {})
    this.#reported.delete(execution)
  }

  tellStarted(executions: readonly Execution[]): void {
    this.#send(executions).catch(() => {})
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  async #round(): Promise<number> {
    const { clock, held } = this.#options
    const now = clock.now()
    if (now >= this.#beatAt) await this.#beatAll([...held()])
    else if (now >= this.#reportAt) await this.#sendReports()
    return Math.max(0, Math.min(this.#beatAt, this.#reportAt) - clock.now())
  }

  async #beatAll(executions: readonly Execution[]): Promise<void> {
    await this.#send(executions)
    this.#reportsSent()
    this.#beatAt = never
    for (const execution of this.#options.held()) this.#beatAt = Math.min(this.#beatAt, beatAt(execution))
  }

  async #sendReports(): Promise<void> {
    await this.#send([...this.#reported].filter(({ held }) => held))
    this.#reportsSent()
  }

  /** What was reported while the call was under way has to wait for the next one. */
  #reportsSent(): void {
    const now = this.#options.clock.now()
    this.#lastReportAt = now
    for (const execution of this.#reported) {
      if (execution.progress === undefined || !execution.held) this.#reported.delete(execution)
    }
    this.#reportAt = this.#reported.size === 0 ? never : now + REPORT_EVERY_MS
  }

  async #send(executions: readonly Execution[]): Promise<void> {
    for (let from = 0; from < executions.length; from += MOST_BEATS) {
      await this.#sendSome(executions.slice(from, from + MOST_BEATS))
    }
  }

  async #sendSome(executions: readonly Execution[]): Promise<void> {
    const { store, caller, clock } = this.#options
    const sentAt = clock.now()
    const beats = executions.map(beatOf)
    const outcomes = await caller.call((key) => store.runs.extend(key, beats))
    for (const [i, execution] of executions.entries()) {
      if (execution.progress === beats[i]?.progress) execution.progress = undefined
      // A job may begin while the beat that did not say so yet is under way.
      if (outcomes[i] !== 'lost' && beats[i]?.started) execution.startUntold = false
      this.#take(execution, outcomes[i], sentAt)
    }
  }

  #take(execution: Execution, outcome: BeatOutcome | undefined, sentAt: number): void {
    if (outcome !== 'lost') execution.prolongedAt = sentAt
    if (!execution.held) return
    if (outcome === 'lost') this.#options.onLost(execution)
    else if (outcome === 'cancelRequested') this.#options.onCancelRequested(execution)
  }
}

function beatAt({ prolongedAt, lease }: Execution): number {
  return prolongedAt + lease.leaseMs / 3
}

function beatOf({ lease, progress, startUntold }: Execution): Beat {
  const { firingId, token, leaseMs } = lease
  return {
    firingId,
    token,
    leaseMs,
    ...(startUntold ? { started: true } : {}),
    ...(progress === undefined ? {} : { progress }),
  }
}
