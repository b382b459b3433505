import { parentPort, workerData } from 'node:worker_threads'
import { type Caller, createCaller, systemClock } from '@dureq/runtime'
import type { BeatStore, OpenBeat, Timer } from '@dureq/types'
import { Board, type PostedLease } from './board.ts'
import { dueLeases, whoKeeps } from './keep-plan.ts'
import type { FromKeeper, KeeperStart, ToKeeper } from './thread-messages.ts'

/** Most beats of one call. */
const MOST_BEATS = 1_000

/**
 * The thread that keeps the leases of a node, and the node, alive while its event loop is blocked. While that is well it only looks
 * at the board now and then: it opens its connection when it needs it for the first time.
 */
class Keeper {
  readonly #start: KeeperStart
  readonly #tell: (message: FromKeeper) => void
  readonly #caller: Caller = createCaller()
  readonly #prolongedAt = new Map<string, number>()
  #board: Board
  #everyMs: number
  #node: Extract<ToKeeper, { kind: 'node' }> | undefined
  #announcedAt = 0
  #store: BeatStore | undefined
  #isKeeping = false
  #isStopped = false
  #timer: Timer | undefined
  #looking: Promise<void> | undefined

  constructor(start: KeeperStart, tell: (message: FromKeeper) => void) {
    this.#start = start
    this.#tell = tell
    this.#board = new Board(start.board)
    this.#everyMs = start.everyMs
    this.#lookLater()
  }

  async take(message: ToKeeper): Promise<void> {
    switch (message.kind) {
      case 'board':
        this.#board = new Board(message.board)
        return
      case 'every':
        this.#everyMs = message.everyMs
        return this.#lookLater()
      case 'node':
        this.#node = message
        this.#announcedAt = systemClock.now()
        return
      case 'stop':
        return await this.#stop()
    }
  }

  #lookLater(): void {
    this.#timer?.cancel()
    if (this.#isStopped || this.#looking !== undefined) return
    this.#timer = systemClock.setTimeout(() => {
      this.#looking = this.#look().finally(() => {
        this.#looking = undefined
        this.#lookLater()
      })
    }, this.#everyMs)
  }

  async #look(): Promise<void> {
    const { maxBlockedMs } = this.#start
    const { turnedAt } = this.#board
    const who = whoKeeps({ now: systemClock.now(), turnedAt, everyMs: this.#everyMs, maxBlockedMs })
    const isKeeping = who === 'thread'
    if (isKeeping !== this.#isKeeping) this.#changed(isKeeping, who)
    if (!isKeeping) return
    try {
      await this.#keep()
    } catch (error) {
      this.#tell({ level: 'warn', text: 'leases could not be renewed', error: String(error) })
    }
  }

  #changed(isKeeping: boolean, who: 'loop' | 'thread' | 'nobody'): void {
    this.#isKeeping = isKeeping
    this.#prolongedAt.clear()
    if (isKeeping) this.#tell({ level: 'warn', text: 'the event loop was blocked; a thread kept its leases' })
    else if (who === 'nobody')
      this.#tell({ level: 'warn', text: 'the event loop was blocked for too long; its leases were given up' })
  }

  async #keep(): Promise<void> {
    const leases = this.#board.read() ?? []
    const now = systemClock.now()
    const due = dueLeases(leases, { now, prolongedAt: this.#prolongedAt })
    for (let from = 0; from < due.length; from += MOST_BEATS) {
      await this.#prolong(due.slice(from, from + MOST_BEATS), now)
    }
    await this.#announce(now)
  }

  async #prolong(leases: readonly PostedLease[], now: number): Promise<void> {
    const { runs } = await this.#open()
    const outcomes = await this.#caller.call((key) => runs.extend(key, leases))
    for (const [i, { token }] of leases.entries()) {
      // What is lost stays lost: the event loop hears of it by its own next beat.
      this.#prolongedAt.set(token, outcomes[i] === 'lost' ? Number.POSITIVE_INFINITY : now)
    }
  }

  async #announce(now: number): Promise<void> {
    const { nodeTtlMs } = this.#start
    if (this.#node === undefined || now - this.#announcedAt < nodeTtlMs / 3) return
    const { info, handlers } = this.#node
    const { nodes } = await this.#open()
    await this.#caller.call((key) => nodes.announce(key, info, handlers, nodeTtlMs))
    this.#announcedAt = now
  }

  async #open(): Promise<BeatStore> {
    const { module, options } = this.#start.door
    const { openBeat } = (await import(module)) as { readonly openBeat: OpenBeat }
    this.#store ??= openBeat(options)
    return this.#store
  }

  async #stop(): Promise<void> {
    this.#isStopped = true
    this.#timer?.cancel()
    await this.#looking
    await this.#store?.close()
    parentPort?.close()
  }
}

const keeper = new Keeper(workerData as KeeperStart, (message) => parentPort?.postMessage(message))
parentPort?.on('message', (message: ToKeeper) => void keeper.take(message))
