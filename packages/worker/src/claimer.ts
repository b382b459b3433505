import { failurePauseMs } from '@dureq/runtime'
import type { ClaimReply, ClaimRequest, EndedFiring, LeasedRun } from '@dureq/types'
import type { Batch } from './batch.ts'
import { type FetchPlan, planFetch } from './fetch-plan.ts'
import type { HandlerTable } from './handler-table.ts'
import type { Paces } from './pace.ts'
import type { Slots } from './slots.ts'
import type { WorkerTools } from './worker-tools.ts'

/** What a claimer needs besides. */
export interface ClaimerOptions extends WorkerTools {
  readonly handlerSet: string
  readonly handlerOf: HandlerTable
  readonly slots: Slots
  readonly paces: Paces
  /** Runs claimed ahead that wait for a slot. */
  readonly waiting: () => number
  /** Outcomes the store has not confirmed yet. */
  readonly unsettled: () => number
  /** Whether this node takes new work; what is claimed while it turned false goes to `onUnwanted`. */
  readonly wantsWork: () => boolean
  readonly onLeases: (leases: readonly LeasedRun[], batch: Batch) => void
  readonly onUnwanted: (leases: readonly LeasedRun[]) => void
  readonly onEnded: (ended: readonly EndedFiring[]) => void
  /** Told when time alone will next change something, in ms from now. */
  readonly onNext: (inMs: number) => void
  /** The store does not know this node's handlers: announce them. */
  readonly onUnknown: () => Promise<void>
  /** Told when there may be something to claim now: the next tick is to call `claim`. */
  readonly onReady: () => void
  /** Told when nothing is left to claim: from now on the store has to wake this node. */
  readonly onResting: () => void
}

/** Asks for as much work as there are free slots, as long as there is any. */
export interface Claimer {
  /** Nothing is left to claim, as far as this node knows. */
  readonly isResting: boolean
  /** There may be work: ask for it as soon as a slot is free. */
  expectWork(): void
  /** A slot is free: ask for work if there may be any, in this tick. */
  claim(): void
  /** Resolves when no claim is under way; claims are not repeated any more. */
  stop(): Promise<void>
}

/** A claimer that has not asked yet and expects work. */
export function createClaimer(options: ClaimerOptions): Claimer {
  return new SlotClaimer(options)
}

class SlotClaimer implements Claimer {
  readonly #options: ClaimerOptions
  readonly #stopping = new AbortController()
  readonly #underWay = new Set<Promise<void>>()
  /** False once a claim came back short; until something says that there may be work again. */
  #hungry = true
  /** The last claim got all it asked for. */
  #plenty = false
  /** Counts the times something said so, also while a claim is under way. */
  #calls = 0
  #failures = 0
  /** Resolves when the event loop has come round since a claim was taken. */
  #turn: Promise<void> | undefined

  constructor(options: ClaimerOptions) {
    this.#options = options
  }

  get isResting(): boolean {
    return !this.#hungry
  }

  expectWork(): void {
    this.#calls++
    this.#hungry = true
    this.#options.onReady()
  }

  claim(): void {
    const { slots, paces, waiting, unsettled, wantsWork } = this.#options
    while (this.#hungry && wantsWork()) {
      const supply = { unsettled: unsettled(), plenty: this.#plenty, excluded: paces.excluded }
      const plan = planFetch(slots.counts(waiting()), supply)
      if (plan === undefined) return
      slots.ask(plan)
      const claim = this.#claim(plan)
      this.#underWay.add(claim)
      void claim.finally(() => this.#underWay.delete(claim))
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await Promise.all(this.#underWay)
  }

  async #claim(plan: FetchPlan): Promise<void> {
    const { slots, onReady } = this.#options
    const calls = this.#calls
    let answered = false
    const free = (): void => {
      if (!answered) slots.answered(plan)
      answered = true
    }
    try {
      const reply = await this.#send(plan)
      while (this.#turn !== undefined) await this.#turn
      this.#takeTurn()
      this.#failures = 0
      free()
      await this.#take(reply, plan, calls)
    } catch (error) {
      // The slots stay promised during the pause, so that nothing else asks for them meanwhile.
      await this.#pauseAfter(error)
    } finally {
      free()
      onReady()
    }
  }

  /**
   * Claims that are answered together are taken one after the other: what the runs of the first one bring leaves before those
   * of the second one begin, and the store does its part meanwhile.
   */
  #takeTurn(): void {
    this.#turn = new Promise((resolve) => {
      setImmediate(() => {
        this.#turn = undefined
        resolve()
      })
    })
  }

  #send(plan: FetchPlan): Promise<ClaimReply> {
    const { store, call, nodeId, handlerSet } = this.#options
    const request: ClaimRequest = { nodeId, handlerSet, ...plan }
    return call((key) => store.runs.claim(key, request), {
      until: Number.POSITIVE_INFINITY,
      signal: this.#stopping.signal,
    })
  }

  async #take(reply: ClaimReply, plan: FetchPlan, calls: number): Promise<void> {
    if (reply.kind === 'unknownSet') {
      if (!this.#stopping.signal.aborted) await this.#options.onUnknown()
      return
    }
    const { onEnded, onNext } = this.#options
    const { leases, ended, now, nextAt } = reply
    if (ended.length > 0) onEnded(ended)
    if (nextAt !== undefined) onNext(nextAt - now)
    this.#plenty = leases.length >= plan.limit
    const short = plan.start && !this.#plenty
    // What is handed out may end at once and ask for more, which is not there.
    if (short) this.#hungry = calls !== this.#calls
    this.#handOut(leases, plan, now)
    if (short) this.#cameShort(leases, plan, calls)
  }

  #handOut(leases: readonly LeasedRun[], { start }: FetchPlan, now: number): void {
    const { clock, wantsWork, onLeases, onUnwanted } = this.#options
    const [first] = leases
    if (first === undefined) return
    if (!wantsWork()) return onUnwanted(leases)
    const cameAt = clock.now()
    const leasedAt = cameAt - Math.max(0, now - first.claimedAt)
    onLeases(leases, { leasedAt, cameAt, ahead: !start, left: leases.length })
  }

  /** No work is left but for handlers that had no room, unless someone called meanwhile. */
  #cameShort(leases: readonly LeasedRun[], plan: FetchPlan, calls: number): void {
    const { slots, handlerOf, onResting } = this.#options
    const given = new Map<string, number>()
    for (const { taskType } of leases) {
      const name = handlerOf(taskType)?.name
      if (name !== undefined) given.set(name, (given.get(name) ?? 0) + 1)
    }
    const room = slots.noteShort(plan, given)
    this.#hungry = room || calls !== this.#calls
    if (!this.#hungry) onResting()
  }

  async #pauseAfter(error: unknown): Promise<void> {
    const { signal } = this.#stopping
    if (signal.aborted) return
    const { clock, random, logger } = this.#options
    logger.warn({ err: error }, 'a claim failed; asking again after a pause')
    this.#failures++
    await clock.sleep(failurePauseMs(this.#failures, random), signal).catch(() => {})
  }
}
