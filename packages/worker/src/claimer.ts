import { failurePauseMs } from '@dureq/runtime'
import type { ClaimReply, ClaimRequest, EndedFiring, LeasedRun } from '@dureq/types'
import type { Batch } from './batch.ts'
import { type FetchPlan, planFetch } from './fetch-plan.ts'
import { createGroupClaims, type GroupClaims, type Haul } from './group-claims.ts'
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
  /** Since when the claim that takes longest is under way, on the node's clock; undefined: none is. */
  readonly askingSince: number | undefined
  /** There may be work: ask for it as soon as a slot is free. */
  expectWork(): void
  /** A slot is free: ask for work if there may be any, in this tick. */
  claim(): void
  /** Resolves when no claim is under way; claims are not repeated any more. */
  stop(): Promise<void>
}

/** A claim under way. */
interface Asking {
  readonly plan: FetchPlan
  /** It asks for jobs of handlers of many alone. */
  readonly forGroups: boolean
  /** How often someone had expected work, and how many claims for all handlers had been sent, when it was sent. */
  readonly calls: number
  readonly shared: number
}

/** A claimer that has not asked yet and expects work. */
export function createClaimer(options: ClaimerOptions): Claimer {
  return new SlotClaimer(options)
}

class SlotClaimer implements Claimer {
  readonly #options: ClaimerOptions
  /** Only where there are handlers of many jobs. */
  readonly #groups: GroupClaims | undefined
  readonly #stopping = new AbortController()
  /** Claims under way, and since when: the oldest first. */
  readonly #underWay = new Map<Promise<void>, number>()
  /** False once a claim came back short; until something says that there may be work again. */
  #hungry = true
  /** The last claim got all it asked for. */
  #plenty = false
  /** Counts the times something said so, also while a claim is under way. */
  #calls = 0
  /** Counts the claims for all handlers. */
  #shared = 0
  #failures = 0
  /** Resolves when the event loop has come round since a claim was taken. */
  #turn: Promise<void> | undefined

  constructor(options: ClaimerOptions) {
    this.#options = options
    if (options.slots.rooms.length > 0) this.#groups = createGroupClaims(options.slots)
  }

  get isResting(): boolean {
    return !this.#hungry && this.#groups?.isHungry(this.#options.waiting()) !== true
  }

  get askingSince(): number | undefined {
    const [since] = this.#underWay.values()
    return since
  }

  expectWork(): void {
    this.#calls++
    this.#hungry = true
    this.#groups?.expectWork()
    this.#options.onReady()
  }

  claim(): void {
    const { slots, paces, waiting, unsettled, wantsWork } = this.#options
    if (this.#groups !== undefined && wantsWork()) this.#claimGroups(this.#groups)
    while (this.#hungry && wantsWork()) {
      const supply = { unsettled: unsettled(), plenty: this.#plenty, excluded: paces.excluded }
      const plan = planFetch(slots.counts(waiting()), supply)
      if (plan === undefined) return
      slots.ask(plan)
      if (plan.start) this.#shared++
      this.#begin(plan, false)
    }
  }

  /** These go first: what is left for the claims for all handlers then is what these leave. */
  #claimGroups(groups: GroupClaims): void {
    const { waiting, unsettled } = this.#options
    for (;;) {
      const supply = { waiting: waiting(), unsettled: unsettled(), isContested: this.#hungry }
      const plan = groups.ask(supply)
      if (plan === undefined) return
      this.#begin(plan, true)
    }
  }

  #begin(plan: FetchPlan, forGroups: boolean): void {
    const claim = this.#claim({ plan, forGroups, calls: this.#calls, shared: this.#shared })
    this.#underWay.set(claim, this.#options.clock.now())
    void claim.finally(() => this.#underWay.delete(claim))
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await Promise.all(this.#underWay.keys())
  }

  async #claim(asking: Asking): Promise<void> {
    const { slots, onReady } = this.#options
    const { plan, forGroups } = asking
    let answered = false
    const free = (): void => {
      if (answered) return
      answered = true
      if (forGroups) this.#groups?.answered(plan)
      else slots.answered(plan)
    }
    try {
      const reply = await this.#send(plan)
      while (this.#turn !== undefined) await this.#turn
      this.#takeTurn()
      this.#failures = 0
      free()
      await this.#take(reply, asking)
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

  async #take(reply: ClaimReply, asking: Asking): Promise<void> {
    if (reply.kind === 'unknownSet') {
      if (!this.#stopping.signal.aborted) await this.#options.onUnknown()
      return
    }
    const { onEnded, onNext } = this.#options
    const { leases, ended, now, nextAt } = reply
    if (ended.length > 0) onEnded(ended)
    if (nextAt !== undefined) onNext(nextAt - now)
    if (asking.forGroups) this.#takeForGroups(leases, asking, now)
    else this.#takeShared(leases, asking, now)
  }

  #takeShared(leases: readonly LeasedRun[], { plan, calls }: Asking, now: number): void {
    this.#plenty = leases.length >= plan.limit
    const short = plan.start && !this.#plenty
    // What is handed out may end at once and ask for more, which is not there.
    if (short) this.#hungry = calls !== this.#calls
    if (plan.start) this.#groups?.noteShared(this.#haulOf(leases, plan, calls))
    this.#handOut(leases, plan, now)
    if (short) this.#cameShort(leases, plan, calls)
  }

  /**
   * A claim for groups is not what this node falls asleep with, since it looks for nothing else: when it has found no
   * more, one for all handlers follows. Only those that claim ahead of the handler leave a sleeping node asleep.
   */
  #takeForGroups(leases: readonly LeasedRun[], { plan, calls, shared }: Asking, now: number): void {
    const haul = this.#haulOf(leases, plan, calls)
    this.#groups?.note(haul)
    if (haul.isShort && plan.start && shared === this.#shared) this.#hungry = true
    this.#handOut(leases, plan, now)
    if (haul.isShort && this.isResting) this.#options.onResting()
  }

  #haulOf(leases: readonly LeasedRun[], plan: FetchPlan, calls: number): Haul {
    const isShort = leases.length < plan.limit
    return { plan, given: this.#countOf(leases), isShort, isOld: calls !== this.#calls }
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
    const { slots, onResting } = this.#options
    const room = slots.noteShort(plan, this.#countOf(leases))
    this.#hungry = room || calls !== this.#calls
    if (this.isResting) onResting()
  }

  /** How many there are by the name of their handler. */
  #countOf(leases: readonly LeasedRun[]): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    for (const { taskType } of leases) {
      const name = this.#options.handlerOf(taskType)?.name
      if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    return counts
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
