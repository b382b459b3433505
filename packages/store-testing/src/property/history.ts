import {
  type CallKey,
  createHandlerSet,
  type EndedFiring,
  type HandlerSet,
  type JobCommand,
  type LeasedRun,
  type NewJob,
  type RunOutcome,
  type Store,
  StoreUnavailableError,
  SupersededError,
} from '@dureq/types'
import { expect } from 'vitest'
import type { TimedBench } from '../bench.ts'
import type { Fault } from '../faults/fault-plan.ts'
import { withFaults } from '../faults/with-faults.ts'
import { advanceAll } from '../fixtures/acts.ts'
import { announce, handler } from '../fixtures/handlers.ts'
import { newJob } from '../fixtures/new-job.ts'
import { failedThen, ref } from '../fixtures/outcomes.ts'
import { claimable, claimed } from '../model/claims.ts'
import { obey } from '../model/commands.ts'
import { enqueue } from '../model/enqueue.ts'
import { beat, release, settle } from '../model/outcomes.ts'
import { advance, timeIsUp } from '../model/time.ts'
import type { World } from '../model/world.ts'
import type { DraftWish, Operation, OrderWish, SettleWish, Step } from './operations.ts'

const taskTypes = ['a', 'b', 'c'] as const

const nodes = [
  [handler('a', { leaseMs: 4_000, maxAttempts: 2 }), handler('b', { version: '1', leaseMs: 60_000 })],
  [handler('*', { leaseMs: 10_000 })],
] as const

/** Plays a history against a store and the model side by side. What the two answer to each call must be equal. */
export class History {
  readonly ids: string[] = []
  readonly #bench: TimedBench
  readonly #world: World
  readonly #store: Store
  readonly #drafts: NewJob[] = []
  readonly #leases: LeasedRun[] = []
  readonly #sets: HandlerSet[] = nodes.map((handlers) => createHandlerSet(handlers))
  readonly #announced = new Set<number>()
  #faults: Fault[] = []
  /** Sends the newest call once more, under its key. */
  #last: (() => Promise<unknown>) | undefined

  constructor(bench: TimedBench, world: World) {
    this.#bench = bench
    this.#world = world
    const plan = { next: (): Fault => this.#faults.shift() ?? { kind: 'none' } }
    this.#store = withFaults(bench.store, { plan, clock: bench.clock })
  }

  /** Every node says who it is. */
  async begin(): Promise<void> {
    for (const node of nodes.keys()) await this.#do({ do: 'announce', node })
  }

  /** Plays one step; a call that comes too late must change nothing, which the next comparison shows. */
  async play({ operation, faults, stale }: Step): Promise<void> {
    const before = this.#last
    this.#faults = [...faults]
    await this.#do(operation)
    this.#faults = []
    if (!stale || before === undefined || before === this.#last) return
    await before().catch((error: unknown) => {
      if (!SupersededError.is(error)) throw error
    })
  }

  /** Whatever is left is claimed in one go, and moves on in time until nothing waits. */
  async end(): Promise<void> {
    for (const node of nodes.keys()) await this.#do({ do: 'announce', node })
    await this.#advance()
    await this.#claim({ do: 'claim', node: 1, limit: 1_000, start: true, free: undefined, forget: false })
    await this.#claim({ do: 'claim', node: 0, limit: 1_000, start: true, free: undefined, forget: false })
  }

  #do(operation: Operation): Promise<void> {
    this.#world.step++
    switch (operation.do) {
      case 'enqueue':
        return this.#enqueue(operation.drafts.map((wish) => this.#draft(wish)))
      case 'enqueueAgain':
        return this.#enqueue(pick(this.#drafts, operation.job))
      case 'claim':
        return this.#claim(operation)
      case 'extend':
        return this.#extend(operation)
      case 'settle':
        return this.#settle(operation.outcomes)
      case 'release':
        return this.#release(operation.leases)
      case 'command':
        return this.#command(operation.orders.flatMap((wish) => this.#order(wish)))
      case 'churn':
        return this.#churn(operation)
      case 'releaseKeys':
        return this.#releaseKeys(operation.keys.map((key) => `k${key}`))
      case 'time':
        return this.#move(operation)
      case 'announce':
        return this.#announce(operation.node)
      case 'leave':
        return this.#leave(operation.node)
    }
  }

  /** Sends a call as adapters do: under one key, again and again until there is an answer. */
  async #send<T>(send: (call: CallKey) => Promise<T>): Promise<T> {
    const call = this.#bench.calls.next()
    this.#last = () => send(call)
    for (;;) {
      try {
        return await send(call)
      } catch (error) {
        if (!StoreUnavailableError.is(error)) throw error
      }
    }
  }

  #draft(wish: DraftWish): NewJob {
    const { later, version, unique, request, retainMs, startMs, heartbeatMs, dlqAfter } = wish
    const runAt = later && this.#world.now + later.ms
    return newJob({
      taskType: taskTypes[wish.type] ?? 'a',
      priority: wish.priority,
      ...(version === undefined ? {} : { version }),
      ...(later === undefined || runAt === undefined ? {} : later.at ? { runAt } : { delayMs: later.ms }),
      ...(unique === undefined ? {} : { uniqueKey: `k${unique}` }),
      ...(request === undefined ? {} : { requestId: `r${request}` }),
      ...(retainMs === undefined ? {} : { retainMs }),
      ...(startMs === undefined ? {} : { scheduleToStartTimeoutMs: startMs }),
      ...(heartbeatMs === undefined ? {} : { heartbeatTimeoutMs: heartbeatMs }),
      ...(dlqAfter === undefined ? {} : { dlqAfter }),
    })
  }

  async #enqueue(drafts: readonly NewJob[]): Promise<void> {
    if (drafts.length === 0) return
    const answer = await this.#send((call) => this.#store.jobs.enqueue(call, drafts))
    const expected = drafts.map((draft) => enqueue(this.#world, draft, this.#bench.idOf(draft)))
    expect(answer).toStrictEqual(expected)
    this.#drafts.push(...drafts)
    for (const { kind, id } of answer) if (kind === 'created' && !this.ids.includes(id)) this.ids.push(id)
  }

  async #claim({ node, limit, start, free, forget }: Extract<Operation, { do: 'claim' }>): Promise<void> {
    // How much of what is due a claim moves by itself is its own affair; the suite of claim proves that it does.
    if (timeIsUp(this.#world)) await this.#advance()
    const set = this.#sets[node] as HandlerSet
    const first = set.handlers[0]?.name ?? ''
    const slots = free === undefined ? {} : { [first]: free }
    const request = { nodeId: `n${node}`, handlerSet: set.id, limit, start, free: slots }
    const reply = await this.#send((call) => this.#store.runs.claim(call, request))
    if (reply.kind === 'unknownSet') {
      expect(this.#announced.has(node), 'the set of an announced node is known').toBe(false)
      return this.#announce(node)
    }
    expect(reply.ended).toStrictEqual([])
    expect(reply.leases.length).toBeLessThanOrEqual(limit)
    const left = { ...slots }
    for (const lease of reply.leases) {
      expect(claimable(this.#world, set, left).map((job) => job.record.id)).toContain(lease.jobId)
      expect(lease).toStrictEqual(claimed(this.#world, request, set, lease))
      if (takes(set, first, lease.taskType) && left[first] !== undefined) left[first]--
    }
    if (reply.leases.length < limit) {
      expect(claimable(this.#world, set, left).map((job) => job.record.id)).toStrictEqual([])
    }
    if (!forget) this.#leases.push(...reply.leases)
  }

  async #extend({ beats: wishes }: Extract<Operation, { do: 'extend' }>): Promise<void> {
    const beats = wishes.flatMap(({ lease, ms, started }, i) =>
      pick(this.#leases, lease).map((held) => ({ ...ref(held), leaseMs: ms, started, progress: `${i}` })),
    )
    if (beats.length === 0) return
    const answer = await this.#send((call) => this.#store.runs.extend(call, beats))
    expect(answer).toStrictEqual(beats.map((each) => beat(this.#world, each)))
  }

  async #settle(wishes: readonly SettleWish[]): Promise<void> {
    const outcomes = wishes.flatMap((wish) =>
      pick(this.#leases, wish.lease).map((held) => outcomeOf(held, wish)),
    )
    if (outcomes.length === 0) return
    const { outcomes: answers, ended } = await this.#send((call) => this.#store.runs.settle(call, outcomes))
    const expected: EndedFiring[] = []
    expect(answers).toStrictEqual(outcomes.map((each) => settle(this.#world, each, expected)))
    expectSame(ended, expected)
  }

  async #release(wishes: readonly number[]): Promise<void> {
    const leases = wishes.flatMap((wish) => pick(this.#leases, wish).map(ref))
    if (leases.length === 0) return
    const { outcomes, ended } = await this.#send((call) => this.#store.runs.release(call, leases))
    const expected: EndedFiring[] = []
    expect(outcomes).toStrictEqual(leases.map((each) => release(this.#world, each, expected)))
    expectSame(ended, expected)
  }

  #order({ job, verb }: OrderWish): JobCommand[] {
    return pick(this.ids, job).map((id) =>
      verb === 'updatePayload'
        ? { verb, id, payload: `{"at":${this.#world.step}}` }
        : verb === 'cancel'
          ? { verb, id, ...(job % 2 === 0 ? {} : { reason: `reason ${this.#world.step}` }) }
          : { verb, id },
    )
  }

  #churn({ jobs, pause, times }: Extract<Operation, { do: 'churn' }>): Promise<void> {
    const verbs = pause ? (['pause', 'resume'] as const) : (['cancel', 'retry'] as const)
    const ids = jobs.flatMap((job) => pick(this.ids, job))
    const once = ids.flatMap((id) => verbs.map((verb) => ({ verb, id })))
    return this.#command(Array.from({ length: times }, () => once).flat())
  }

  async #command(orders: readonly JobCommand[]): Promise<void> {
    if (orders.length === 0) return
    const { outcomes, ended } = await this.#send((call) => this.#store.jobs.command(call, orders))
    const expected: EndedFiring[] = []
    expect(outcomes).toStrictEqual(orders.map((order) => obey(this.#world, order, expected)))
    expectSame(ended, expected)
  }

  async #releaseKeys(keys: readonly string[]): Promise<void> {
    const answer = await this.#send((call) => this.#store.jobs.releaseUniqueKeys(call, keys))
    const expected = keys.map((key) => {
      const held = this.#world.keyHolders.some((holder) => holder.key === key)
      this.#world.keyHolders = this.#world.keyHolders.filter((holder) => holder.key !== key)
      return held
    })
    expect(answer).toStrictEqual(expected)
  }

  async #move({ ms, advance: moveOn }: Extract<Operation, { do: 'time' }>): Promise<void> {
    await this.#bench.clock.advanceBy(ms)
    this.#world.now = this.#bench.clock.now()
    if (moveOn) await this.#advance()
  }

  async #advance(): Promise<void> {
    this.#faults = []
    expectSame(await advanceAll(this.#bench), advance(this.#world))
  }

  async #leave(node: number): Promise<void> {
    await this.#send((call) => this.#store.nodes.leave(call, `n${node}`))
    this.#announced.delete(node)
  }

  async #announce(node: number): Promise<void> {
    this.#announced.add(node)
    await announce(this.#bench, `n${node}`, { handlers: nodes[node] ?? [] })
  }
}

/** The item that many places back from the newest, or none while there are none. */
function pick<T>(items: readonly T[], back: number): readonly T[] {
  return items.length === 0 ? [] : items.slice(items.length - 1 - (back % items.length)).slice(0, 1)
}

function takes(set: HandlerSet, name: string, taskType: string): boolean {
  return name === '*' ? set.handlers.length === 1 : name === taskType
}

function expectSame(ended: readonly EndedFiring[], expected: readonly EndedFiring[]): void {
  const sorted = (firings: readonly EndedFiring[]) =>
    [...firings].sort((a, b) => (a.firingId < b.firingId ? -1 : 1))
  expect(sorted(ended)).toStrictEqual(sorted(expected))
}

function outcomeOf(lease: LeasedRun, { how, ms }: SettleWish): RunOutcome {
  const later = ms === 0 ? {} : { resumeAfterMs: ms }
  const why = { status: ms % 1_000 ? 'timed_out' : 'failed', error: `e${ms}` } as const
  switch (how) {
    case 'output':
      return { ...ref(lease), kind: 'succeeded', ...(ms === 0 ? {} : { output: `{"ms":${ms}}` }) }
    case 'skip':
      return { ...ref(lease), kind: 'succeeded', skipped: ms === 0 ? '' : `${ms}` }
    case 'retry':
      return failedThen(lease, { do: 'retry', delayMs: ms }, why)
    case 'die':
      return failedThen(lease, { do: 'die' }, why)
    case 'pausePolicy':
      return failedThen(lease, { do: 'pause', ...later }, why)
    case 'repeat':
      return { ...ref(lease), kind: 'repeated', delayMs: ms }
    case 'pause':
      return { ...ref(lease), kind: 'paused', ...(ms % 1_000 ? { reason: `r${ms}` } : {}), ...later }
    case 'cancelled':
      return { ...ref(lease), kind: 'cancelled', ...(ms === 0 ? {} : { reason: `c${ms}` }) }
  }
}
