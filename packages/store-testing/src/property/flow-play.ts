import {
  type CallKey,
  type CommandOutcome,
  createHandlerSet,
  defaultTiers,
  type HandlerSet,
  isTerminalJobStatus,
  type JobRecord,
  type LeasedRun,
  type NewJob,
  type RunOutcome,
  type Settings,
  type Store,
  StoreUnavailableError,
} from '@dureq/types'
import { expect } from 'vitest'
import type { TimedBench } from '../bench.ts'
import type { Fault } from '../faults/fault-plan.ts'
import { withFaults } from '../faults/with-faults.ts'
import { advanceAll } from '../fixtures/acts.ts'
import { announce, handler } from '../fixtures/handlers.ts'
import { died, failed, paused, ref, repeated, succeeded } from '../fixtures/outcomes.ts'
import { expectExhausted, expectFlowInvariants, flowSnapshot } from './flow-invariants.ts'
import { FlowModel } from './flow-model.ts'
import {
  type DrawnJob,
  type DrawnLimits,
  FLOW_KEYS,
  type FlowMove,
  type FlowStep,
  flowTypes,
  type SettleHow,
} from './flow-operations.ts'

/** The first takes everything; attempts are many, so that jobs end by their history. */
const nodes = [
  [handler('*', { leaseMs: 10_000, maxAttempts: 100 })],
  [handler('a', { leaseMs: 10_000, maxAttempts: 100, version: '1' }), handler('b', { maxAttempts: 100 })],
  [handler('b', { leaseMs: 4_000, maxAttempts: 100 })],
] as const

/** Starts a second, and at once, of everything that has a rate. */
const RATE = { rateLimit: 2, rateBurst: 3 }

/** Claims that may find something after one that found nothing: a slot may pass from line to line. */
const LAST_LOOKS = 3

/** Rounds of 5 s in which whatever is left at the end of a history must be done. */
const LAST_ROUNDS = 300

/** Plays a history of jobs with limits against a store, and holds every lease against the model. */
export class FlowPlay {
  readonly ids: string[] = []
  readonly #bench: TimedBench
  readonly #store: Store
  readonly #model: FlowModel
  readonly #leases: LeasedRun[] = []
  readonly #sets: readonly HandlerSet[] = nodes.map((handlers) => createHandlerSet(handlers))
  readonly #keys: readonly string[]
  #faults: Fault[] = []

  constructor(bench: TimedBench, settings: Settings) {
    this.#bench = bench
    this.#model = new FlowModel(bench.clock.now(), settings, (n) => bench.share(n))
    this.#keys = Array.from({ length: FLOW_KEYS }, (_, i) => bench.key(`k${i}`))
    const plan = { next: (): Fault => this.#faults.shift() ?? { kind: 'none' } }
    this.#store = withFaults(bench.store, { plan, clock: bench.clock })
  }

  async playAll(history: readonly FlowMove[]): Promise<void> {
    for (const { step, faults } of history) {
      this.#faults = [...faults]
      await this.#do(step)
      this.#faults = []
      await this.#check()
    }
    await this.#end()
  }

  async #do(step: FlowStep): Promise<unknown> {
    switch (step.do) {
      case 'enqueue':
        return this.#enqueue(step.jobs.map((drawn) => this.#draft(drawn)))
      case 'claim':
        return this.#claim(step)
      case 'exhaust':
        return this.#exhaust()
      case 'settle':
        return this.#settle(
          step.leases.flatMap((back) => this.#lease(back)).map((lease) => outcomeOf(lease, step.how)),
        )
      case 'release':
        return this.#release(step.leases.flatMap((back) => this.#lease(back)))
      case 'extend':
        return this.#extend(this.#lease(step.lease))
      case 'command':
        return this.#command(step.verb, pick(this.ids, step.job))
      case 'setKey':
        return this.#put({ keys: { ...this.#settings.keys, [this.#key(step.key)]: keySetting(step) } })
      case 'setType':
        return this.#put({
          taskTypes: { ...this.#settings.taskTypes, [typeAt(step.type)]: this.#limits(step.limits) },
        })
      case 'setTier':
        return this.#put({
          tiers: this.#settings.tiers.map((tier, i) =>
            i === step.tier ? { ...(defaultTiers[i] ?? tier), ...this.#limits(step.limits) } : tier,
          ),
        })
      case 'throttle':
        return this.#throttle(this.#key(step.key), step.ms)
      case 'leave':
        return this.#send((call) => this.#store.nodes.leave(call, `n${step.node}`))
      case 'time':
        return this.#pass(step.ms)
    }
  }

  async #check(): Promise<void> {
    const snapshot = await flowSnapshot(this.#bench.store, this.ids, this.#keys)
    this.#model.forget(snapshot.records)
    expectFlowInvariants(snapshot, this.#model)
  }

  /** Sends a call as adapters do: under one key, again and again until there is an answer. */
  async #send<T>(send: (call: CallKey) => Promise<T>): Promise<T> {
    const call = this.#bench.calls.next()
    for (;;) {
      try {
        return await send(call)
      } catch (error) {
        if (!StoreUnavailableError.is(error)) throw error
      }
    }
  }

  #draft({ type, priority, version, delayMs, keys }: DrawnJob): NewJob {
    const once = new Map(keys.map(({ key, limit }) => [key, limit]))
    const concurrencyKeys = [...once].map(([key, maxConcurrency]) => ({
      key: this.#key(key),
      ...(maxConcurrency === undefined ? {} : { maxConcurrency }),
    }))
    return this.#bench.draft({
      taskType: typeAt(type),
      priority,
      ...(version === undefined ? {} : { version }),
      ...(delayMs === 0 ? {} : { delayMs }),
      ...(concurrencyKeys.length === 0 ? {} : { concurrencyKeys }),
    })
  }

  async #enqueue(drafts: readonly NewJob[]): Promise<void> {
    const outcomes = await this.#send((call) => this.#store.jobs.enqueue(call, drafts))
    expect(outcomes.map(({ kind }) => kind)).toStrictEqual(drafts.map(() => 'created'))
    this.ids.push(...outcomes.map(({ id }) => id))
    for (const { concurrencyKeys = [] } of drafts) this.#model.stated(concurrencyKeys, false)
  }

  async #claim(step: Omit<Extract<FlowStep, { do: 'claim' }>, 'do'>): Promise<number> {
    const { node, limit, start, free, forget } = step
    const set = this.#sets[node] as HandlerSet
    const slots = free === undefined ? {} : { [set.handlers[0]?.name ?? '']: free }
    const request = { nodeId: `n${node}`, handlerSet: set.id, limit, start, free: slots }
    const reply = await this.#send((call) => this.#store.runs.claim(call, request))
    if (reply.kind === 'unknownSet') {
      await announce(this.#bench, `n${node}`, { handlers: nodes[node] ?? [] })
      return 0
    }
    expect(reply.leases.length).toBeLessThanOrEqual(limit)
    for (const lease of reply.leases) expect(this.#model.claim(lease, start)).toStrictEqual([])
    if (!forget) this.#leases.push(...reply.leases)
    return reply.leases.length
  }

  /** The node that can run everything looks until it has seen everything. */
  async #exhaust(): Promise<void> {
    await announce(this.#bench, 'n0', { handlers: nodes[0] })
    const whole = { node: 0, limit: 1_000, start: true, free: undefined, forget: false }
    for (let nothing = 0; nothing < LAST_LOOKS; ) nothing = (await this.#claim(whole)) === 0 ? nothing + 1 : 0
    const records = await this.#records()
    this.#model.forget(records)
    expectExhausted(records, this.#model)
  }

  async #settle(outcomes: readonly RunOutcome[]): Promise<void> {
    if (outcomes.length === 0) return
    const held = outcomes.map((outcome) => this.#isHeld(outcome))
    const reply = await this.#send((call) => this.#store.runs.settle(call, outcomes))
    this.#endAll(outcomes, held, reply.outcomes)
  }

  async #release(leases: readonly LeasedRun[]): Promise<void> {
    if (leases.length === 0) return
    const held = leases.map((lease) => this.#isHeld(lease))
    const reply = await this.#send((call) => this.#store.runs.release(call, leases.map(ref)))
    this.#endAll(leases, held, reply.outcomes)
  }

  #isHeld({ firingId, token }: { readonly firingId: string; readonly token: string }): boolean {
    return this.#model.holds.get(firingId)?.lease.token === token
  }

  #endAll(
    ended: readonly { readonly firingId: string; readonly token: string }[],
    held: readonly boolean[],
    outcomes: readonly ('settled' | 'lost')[],
  ): void {
    ended.forEach((each, i) => {
      const twin = ended.findIndex(({ token }) => token === each.token) < i
      expect(outcomes[i]).toBe(held[i] && !twin ? 'settled' : 'lost')
      if (held[i]) this.#model.end(each.firingId)
    })
  }

  async #extend(leases: readonly LeasedRun[]): Promise<void> {
    const beats = leases.map((lease) => ({ ...ref(lease), leaseMs: 15_000, started: true }))
    if (beats.length === 0) return
    const outcomes = await this.#send((call) => this.#store.runs.extend(call, beats))
    for (const [i, { firingId }] of beats.entries()) {
      const hold = this.#model.holds.get(firingId)
      if (outcomes[i] !== 'lost' && hold) hold.until = this.#model.now + 15_000
    }
  }

  async #command(verb: Extract<FlowStep, { do: 'command' }>['verb'], ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const { outcomes } = await this.#send((call) => this.#store.jobs.command(call, [{ verb, id }]))
      const [outcome] = outcomes as readonly [CommandOutcome]
      if (verb !== 'retry' || outcome.kind !== 'done') continue
      const [record] = await this.#bench.store.jobs.get([id])
      this.#model.stated(record?.concurrencyKeys ?? [], true)
    }
  }

  async #put(changes: Partial<Settings>): Promise<void> {
    const { version } = await this.#bench.store.settings.get()
    const settings = { ...this.#settings, ...changes }
    const saved = await this.#send((call) => this.#store.settings.put(call, version, settings))
    expect(saved).toBe('saved')
    this.#model.put(settings)
  }

  async #throttle(key: string, forMs: number): Promise<void> {
    await this.#send((call) => this.#store.runs.throttle(call, [{ key, forMs }]))
    this.#model.throttle(key, forMs)
  }

  async #pass(ms: number): Promise<void> {
    this.#faults = []
    await this.#bench.clock.advanceBy(ms)
    this.#model.now = this.#bench.clock.now()
    await advanceAll(this.#bench)
    this.#model.expire()
  }

  /** Nothing is paused any more; whatever is left must be claimed and done, however long that takes. */
  async #end(): Promise<void> {
    const free = Object.entries(this.#settings.taskTypes).map(([name, each]) => [
      name,
      { ...each, paused: false },
    ])
    const tiers = this.#settings.tiers.map((tier) => ({ ...tier, paused: false }))
    await this.#put({ taskTypes: Object.fromEntries(free) as Settings['taskTypes'], tiers })
    const paused = (await this.#records()).filter(({ status }) => status === 'paused')
    await this.#command(
      'resume',
      paused.map(({ id }) => id),
    )
    await announce(this.#bench, 'n0', { handlers: nodes[0] })
    for (let i = 0; i < LAST_ROUNDS && (await this.#isOpen()); i++) {
      await this.#claim({ node: 0, limit: 1_000, start: true, free: undefined, forget: false })
      await this.#check()
      const held = this.#leases.filter((lease) => this.#isHeld(lease))
      await this.#settle(held.map((lease) => succeeded(lease)))
      await this.#check()
      await this.#pass(5_000)
    }
    expect(await this.#isOpen(), 'something waits for ever').toBe(false)
  }

  async #isOpen(): Promise<boolean> {
    return (await this.#records()).some(({ status }) => !isTerminalJobStatus(status))
  }

  async #records(): Promise<JobRecord[]> {
    const records = await this.#bench.store.jobs.get(this.ids)
    return records.filter((record) => record !== undefined)
  }

  get #settings(): Settings {
    return this.#model.settings
  }

  #lease(back: number): readonly LeasedRun[] {
    return pick(this.#leases, back)
  }

  #key(i: number): string {
    return this.#keys[i] ?? ''
  }

  /** What a history sets of a type or tier, so that it lets in the drawn number where its jobs live. */
  #limits({ paused, maxRunning, rated }: DrawnLimits) {
    const { share } = this.#bench
    return {
      ...(paused ? { paused } : {}),
      ...(maxRunning === undefined ? {} : { maxRunning: share(maxRunning) }),
      ...(rated ? { rateLimit: share(RATE.rateLimit), rateBurst: share(RATE.rateBurst) } : {}),
    }
  }
}

function typeAt(i: number): string {
  return flowTypes[i] ?? flowTypes[0]
}

function keySetting({ limit, rated }: Extract<FlowStep, { do: 'setKey' }>) {
  return { ...(limit === undefined ? {} : { maxConcurrency: limit }), ...(rated ? RATE : {}) }
}

/** The item that many places back from the newest, or none while there are none. */
function pick<T>(items: readonly T[], back: number): readonly T[] {
  return items.length === 0 ? [] : items.slice(items.length - 1 - (back % items.length)).slice(0, 1)
}

function outcomeOf(lease: LeasedRun, how: SettleHow): RunOutcome {
  switch (how) {
    case 'success':
      return succeeded(lease)
    case 'output':
      return succeeded(lease, '{"n":1}')
    case 'retry':
      return failed(lease, 0)
    case 'retryLater':
      return failed(lease, 700)
    case 'die':
      return died(lease)
    case 'pause':
      return paused(lease)
    case 'repeat':
      return repeated(lease)
    case 'repeatLater':
      return repeated(lease, 700)
  }
}
