import { Worker } from 'node:worker_threads'
import { failurePauseMs } from '@dureq/runtime'
import type { BeatDoor, Clock, HandlerSet, LeasedRun, Logger, NodeInfo, Random, Timer } from '@dureq/types'
import { Board } from './board.ts'
import { turnEvery } from './keep-plan.ts'
import type { FromKeeper, KeeperStart, ToKeeper } from './thread-messages.ts'

/** What a keeper needs. */
export interface LeaseKeeperOptions {
  readonly door: BeatDoor
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly leaseMs: number
  readonly nodeTtlMs: number
  readonly maxBlockedMs: number
  /** The leases this node holds, at any moment. */
  readonly held: () => Iterable<{ readonly lease: LeasedRun }>
}

/** Keeps the leases of a node alive while its event loop is blocked, by a thread with a connection of its own. */
export interface LeaseKeeper {
  start(): void
  /** Leases were taken, and their handlers are about to begin. */
  took(leases: readonly LeasedRun[]): void
  /** What the node has said of itself. */
  announced(info: NodeInfo, handlers: HandlerSet | undefined): void
  stop(): Promise<void>
}

/** Nobody: the store has no door for a thread. */
export const noKeeper: LeaseKeeper = {
  start() {},
  took() {},
  announced() {},
  stop: () => Promise.resolve(),
}

/** Room for the leases of a few thousand runs; it doubles when they do not fit. */
const FIRST_BYTES = 256 * 1024

/** A thread that cannot stop by itself is ended after this time. */
const STOP_MS = 6_000

/** A keeper whose thread has not been started. */
export function createLeaseKeeper(options: LeaseKeeperOptions): LeaseKeeper {
  return new ThreadKeeper(options)
}

class ThreadKeeper implements LeaseKeeper {
  readonly #options: LeaseKeeperOptions
  #board = Board.create(FIRST_BYTES)
  #everyMs: number
  #thread: Worker | undefined
  #node: ToKeeper | undefined
  #turn: Timer | undefined
  #restart: Timer | undefined
  #failures = 0
  #isStopped = false

  constructor(options: LeaseKeeperOptions) {
    this.#options = options
    this.#everyMs = Math.min(turnEvery(options.leaseMs), turnEvery(options.nodeTtlMs))
  }

  start(): void {
    this.#turned()
    this.#begin()
  }

  took(leases: readonly LeasedRun[]): void {
    for (const { leaseMs } of leases) {
      if (turnEvery(leaseMs) < this.#everyMs) this.#turnMoreOften(turnEvery(leaseMs))
    }
    if (!this.#board.add(leases)) this.#writeAnew(leases)
  }

  announced(info: NodeInfo, handlers: HandlerSet | undefined): void {
    this.#node = { kind: 'node', info, handlers }
    this.#tell(this.#node)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#turn?.cancel()
    this.#restart?.cancel()
    const thread = this.#thread
    if (thread === undefined) return
    const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()))
    this.#tell({ kind: 'stop' })
    const late = this.#options.clock.setTimeout(() => void thread.terminate(), STOP_MS)
    await ended
    late.cancel()
  }

  /** The event loop turns: says so, and writes down which leases are still held. */
  #turned(): void {
    this.#board.turnedAt = this.#options.clock.now()
    this.#writeAnew()
    this.#turn = this.#options.clock.setTimeout(() => this.#turned(), this.#everyMs)
  }

  /** Writes down what is held, with `more`, on a board at least half of which then is empty. */
  #writeAnew(more: readonly LeasedRun[] = []): void {
    const leases = [...[...this.#options.held()].map(({ lease }) => lease), ...more]
    for (;;) {
      this.#board.clear()
      if (this.#board.add(leases) && this.#board.fullness <= 0.5) return
      this.#enlarge()
    }
  }

  #enlarge(): void {
    const { turnedAt, memory } = this.#board
    this.#board = Board.create(2 * memory.byteLength)
    this.#board.turnedAt = turnedAt
    this.#tell({ kind: 'board', board: this.#board.memory })
  }

  /** A run has a shorter lease than any before. */
  #turnMoreOften(everyMs: number): void {
    this.#everyMs = everyMs
    this.#tell({ kind: 'every', everyMs })
    this.#turn?.cancel()
    this.#turned()
  }

  #begin(): void {
    const { door, nodeTtlMs, maxBlockedMs, logger } = this.#options
    const workerData: KeeperStart = {
      door,
      board: this.#board.memory,
      everyMs: this.#everyMs,
      nodeTtlMs,
      maxBlockedMs,
    }
    // What the program was started with (preloads, its own text) is not for the thread.
    const thread = new Worker(new URL('./keeper-thread.js', import.meta.url), { workerData, execArgv: [] })
    thread.unref()
    thread.on('message', ({ level, text, error }: FromKeeper) =>
      logger[level]({ ...(error && { error }) }, text),
    )
    thread.on('error', (err) => logger.warn({ err }, 'the thread that keeps leases failed'))
    thread.once('online', () => {
      this.#failures = 0
    })
    thread.once('exit', () => this.#ended())
    this.#thread = thread
    if (this.#node !== undefined) this.#tell(this.#node)
  }

  /** Meanwhile the event loop keeps the leases alone, as it does all the time while it is well. */
  #ended(): void {
    this.#thread = undefined
    if (this.#isStopped) return
    const { clock, random, logger } = this.#options
    this.#failures++
    logger.warn({ failures: this.#failures }, 'the thread that keeps leases has ended; starting it again')
    this.#restart = clock.setTimeout(
      () => this.#begin(),
      failurePauseMs(this.#failures, random, restartPauses),
    )
  }

  #tell(message: ToKeeper): void {
    this.#thread?.postMessage(message)
  }
}

const restartPauses = { initialMs: 1_000, maxMs: 60_000 }
