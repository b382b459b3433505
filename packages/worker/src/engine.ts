import {
  createTimekeeper,
  type StopOptions,
  type StopReport,
  systemClock,
  type Timekeeper,
} from '@dureq/runtime'
import type { WakeReason } from '@dureq/types'
import { type Announcer, createAnnouncer } from './announcer.ts'
import { type Claimer, createClaimer } from './claimer.ts'
import { coalesce } from './coalesce.ts'
import { createConfigFollower, noConfig } from './config-follower.ts'
import { describeNode } from './describe-node.ts'
import { createDuty, type Duty } from './duty.ts'
import type { Execution } from './execution.ts'
import { createExecutor, type Executor } from './executor.ts'
import { createExpiry } from './expiry.ts'
import type { HandlerEntry } from './handler-entry.ts'
import type { HandlerTable } from './handler-table.ts'
import { createHeartbeats, type Heartbeats } from './heartbeats.ts'
import type { HookRunner } from './hook-runner.ts'
import { createLeaseKeeper, type LeaseKeeper, noKeeper } from './keeper/lease-keeper.ts'
import { createPaces } from './pace.ts'
import { createSettlements, type Settlements } from './settlements.ts'
import { createSlots } from './slots.ts'
import { createWakeListener, type WakeListener } from './wake-listener.ts'
import type { ResolvedWorkerOptions } from './worker-options.ts'
import { createWorkerTools, type WorkerTools } from './worker-tools.ts'

/** What an engine is made of. */
export interface EngineOptions {
  readonly worker: ResolvedWorkerOptions
  readonly entries: readonly HandlerEntry[]
  readonly hooks: HookRunner
}

/** How an engine is doing. */
export interface EngineState {
  readonly connected: boolean
  readonly connectedSince: number
  readonly lastError: Error | undefined
  /** Since when the claim that takes longest is under way; undefined: none is. */
  readonly askingSince: number | undefined
  /** An operator asked this node to take no new work. */
  readonly draining: boolean
  readonly drainingSince: number
  /** Handlers that may run at once, by its options or the settings. */
  readonly concurrency: number
  /** Handlers running. */
  readonly running: number
  /** Outcomes the store has not confirmed yet. */
  readonly unsettled: number
  readonly succeeded: number
  readonly failed: number
}

/** A worker at work: claims, runs handlers, settles. */
export interface Engine {
  readonly state: EngineState
  /** Announces the node and begins to claim; rejects when the store cannot be reached. */
  start(): Promise<void>
  stop(options: StopOptions): Promise<StopReport>
}

/** Wires the parts of a worker; nothing happens before `start`. */
export function createEngine(options: EngineOptions): Engine {
  return new WorkerEngine(options)
}

const DEFAULT_STOP_MS = 30_000

/** A last call to the store is given this long, however little time a stop was given. */
const LAST_CALL_MS = 5_000

class WorkerEngine implements Engine {
  readonly #worker: ResolvedWorkerOptions
  readonly #hooks: HookRunner
  readonly #tools: WorkerTools
  readonly #settlements: Settlements
  readonly #heartbeats: Heartbeats
  readonly #executor: Executor
  readonly #timekeeper: Timekeeper
  readonly #claimer: Claimer
  readonly #listener: WakeListener
  readonly #announcer: Announcer
  readonly #keeper: LeaseKeeper
  #duty: Duty
  #announced = false
  #stopping = false
  #draining = false
  #drainingSince: number

  constructor({ worker, entries, hooks }: EngineOptions) {
    const own = { concurrency: worker.concurrency, entries }
    this.#duty = createDuty(own, noConfig)
    const duty = (): Duty => this.#duty
    const handlerOf: HandlerTable = (taskType) => this.#duty.handlerOf(taskType)
    const slots = createSlots(worker.concurrency, entries)
    const paces = createPaces(entries)
    const wantsWork = (): boolean => !this.#stopping && !this.#draining
    const expectWork = (): void => this.#claimer.expectWork()
    const tools = createWorkerTools(worker, expectWork)
    const settlements = createSettlements(tools, hooks, () => tick())
    // Outcomes and the next claim leave together, so that the store gets them in one go.
    const turn = (): void => {
      settlements.flush()
      this.#claimer.claim()
    }
    const tick = coalesce(() => {
      turn()
      this.#executor.tellStarted()
    })

    this.#worker = worker
    this.#hooks = hooks
    this.#tools = tools
    this.#settlements = settlements
    this.#drainingSince = worker.clock.now()
    this.#heartbeats = createHeartbeats({
      ...tools,
      held: () => this.#executor.held(),
      onLost: (execution) => this.#executor.lose(execution),
      onCancelRequested: ({ lease }) => this.#executor.cancel(lease.token),
    })
    this.#executor = createExecutor({
      ...tools,
      cancelGraceMs: worker.cancelGraceMs,
      handlerOf,
      slots,
      paces,
      heartbeats: this.#heartbeats,
      onOutcome: (execution, verdict) => settlements.settle(execution, verdict),
      onHandBack: (execution) => settlements.handBack(execution),
      onReturn: (leases) => settlements.refuse(leases),
      onSlot: (pinched) => (pinched ? expectWork() : tick()),
      onGroup: tick,
      // The rest of a claim need not wait for the event loop: while the next one runs here, the store does its part.
      onBatch: turn,
    })
    this.#timekeeper = createTimekeeper({ ...tools, onEnded: (ended) => hooks.ended(ended) })
    this.#claimer = createClaimer({
      ...tools,
      get handlerSet() {
        return duty().handlers.id
      },
      handlerOf,
      slots,
      paces,
      wantsWork,
      waiting: () => this.#executor.waiting,
      unsettled: () => settlements.undelivered,
      onLeases: (leases, batch) => {
        this.#keeper.took(leases)
        this.#executor.take(leases, batch)
      },
      onUnwanted: (leases) => settlements.refuse(leases),
      onEnded: (ended) => hooks.ended(ended),
      onNext: (inMs) => this.#timekeeper.lookWithin(inMs),
      onUnknown: () => this.#announcer.announce(),
      onReady: tick,
      onResting: () => this.#listener.retune(),
    })
    this.#listener = createWakeListener({
      ...tools,
      get handlerSet() {
        return duty().handlers.id
      },
      wantsWork: () => wantsWork() && this.#claimer.isResting,
      onReason: (reason) => this.#act(reason),
      onQuiet: expectWork,
    })
    const startedAt = worker.clock.now()
    const follower = createConfigFollower(tools, (config) => {
      this.#duty = createDuty(own, config)
      slots.configure(this.#duty.concurrency, this.#duty.entries)
      paces.configure(this.#duty.entries)
      expectWork()
    })
    const describe = describeNode(worker, duty, this.#executor)
    this.#announcer = createAnnouncer({
      ...tools,
      get handlers() {
        return duty().handlers
      },
      refresh: () => follower.follow(),
      ttlMs: worker.nodeTtlMs,
      describe: () => describe(startedAt),
      onDraining: (draining) => this.#drain(draining),
      onAnnounced: (info, handlers) => this.#keeper.announced(info, handlers),
    })
    this.#keeper = keeperOf(worker, () => this.#executor.held())
  }

  get state(): EngineState {
    const { connected, since, lastError } = this.#tools.link
    const { succeeded, failed } = this.#executor.totals
    return {
      connected,
      connectedSince: since,
      lastError,
      askingSince: this.#claimer.askingSince,
      draining: this.#draining,
      drainingSince: this.#drainingSince,
      concurrency: this.#duty.concurrency,
      running: this.#executor.running,
      unsettled: this.#settlements.undelivered,
      succeeded,
      failed,
    }
  }

  async start(): Promise<void> {
    this.#keeper.start()
    await this.#announcer.announce()
    this.#announced = true
    this.#announcer.start()
    this.#heartbeats.start()
    this.#timekeeper.start()
    this.#listener.start()
    this.#claimer.expectWork()
  }

  async stop(options: StopOptions): Promise<StopReport> {
    const { timeoutMs = DEFAULT_STOP_MS } = options
    const { clock, cancelGraceMs } = this.#worker
    const { concluded, handedBack } = this.#executor.totals
    const { refused } = this.#settlements
    const lastMoment = clock.now() + timeoutMs + cancelGraceMs
    this.#stopping = true
    this.#listener.retune()
    const claimed = this.#claimer.stop()
    this.#executor.returnWaiting()
    const abandonedLeases = await this.#finishHandlers(timeoutMs, options.signal)
    await claimed
    this.#executor.close()
    await this.#finishCalls(Math.max(LAST_CALL_MS, lastMoment - clock.now()))
    const { totals, running } = this.#executor
    return {
      finished: totals.concluded - concluded,
      handedBack: totals.handedBack - handedBack - abandonedLeases + this.#settlements.refused - refused,
      abandoned: running,
    }
  }

  /** Waits for the handlers, tells them to end, waits again; gives back what is left and says how much that was. */
  async #finishHandlers(timeoutMs: number, signal: AbortSignal | undefined): Promise<number> {
    const { clock, cancelGraceMs } = this.#worker
    const patience = createExpiry(clock, timeoutMs, signal)
    await this.#executor.idle(patience.signal)
    patience.cancel()
    if (this.#executor.running === 0) return 0
    this.#executor.abortAll()
    const grace = createExpiry(clock, cancelGraceMs)
    await this.#executor.idle(grace.signal)
    grace.cancel()
    return this.#executor.handBackAll()
  }

  /** Delivers what has been decided, ends every loop, and takes the node off. */
  async #finishCalls(withinMs: number): Promise<void> {
    const last = createExpiry(this.#worker.clock, withinMs)
    await this.#settlements.idle(last.signal)
    this.#settlements.close()
    await this.#hooks.idle(last.signal)
    last.cancel()
    const parts = [this.#listener, this.#heartbeats, this.#timekeeper, this.#announcer]
    await Promise.all([...parts, this.#keeper].map((part) => part.stop()))
    if (this.#announced) await this.#leave()
  }

  async #leave(): Promise<void> {
    const { caller, store, nodeId, logger } = this.#tools
    try {
      await caller.call((key) => store.nodes.leave(key, nodeId))
    } catch (error) {
      logger.warn({ err: error }, 'could not say goodbye; the node is taken off when it is missed')
    }
  }

  #act(reason: WakeReason): void {
    switch (reason.kind) {
      case 'work':
        return this.#claimer.expectWork()
      case 'cancel':
        return this.#executor.cancel(reason.token, reason.reason)
      case 'due':
        return this.#timekeeper.wake()
      case 'drain':
        this.#announcer.overtaken()
        return this.#drain(reason.draining)
      case 'settings':
        return this.#announcer.again()
      case 'schedules':
      case 'mail':
        // It does not ask for these.
        return undefined
    }
  }

  #drain(draining: boolean): void {
    if (draining === this.#draining) return
    this.#draining = draining
    this.#drainingSince = this.#worker.clock.now()
    this.#worker.logger.info({ draining }, draining ? 'draining: no new work is taken' : 'taking work again')
    this.#listener.retune()
    if (draining) this.#executor.returnWaiting()
    else this.#claimer.expectWork()
  }
}

/** The thread that keeps the leases while a handler computes, where the store lets one in. */
function keeperOf(worker: ResolvedWorkerOptions, held: () => Iterable<Execution>): LeaseKeeper {
  const door = worker.store.beat
  // A thread has the time of the machine: it cannot compare it with an injected one.
  return door == null || worker.clock !== systemClock
    ? noKeeper
    : createLeaseKeeper({ ...worker, door, held })
}
