import {
  type CallKey,
  type InstanceCommit,
  isTerminalWorkflowStatus,
  type LeasedRun,
  type RunOutcome,
  type Sending,
  type Store,
  StoreUnavailableError,
} from '@dureq/types'
import { expect } from 'vitest'
import type { TimedBench } from '../bench.ts'
import type { Fault } from '../faults/fault-plan.ts'
import { withFaults } from '../faults/with-faults.ts'
import { advanceAll, claim, command, created } from '../fixtures/acts.ts'
import { mailRequest, sending } from '../fixtures/instances.ts'
import { newId } from '../fixtures/new-instance.ts'
import { died, failed, ref, succeeded } from '../fixtures/outcomes.ts'
import { decide, type PlanStep, planned } from './instance-engine.ts'
import { InstanceModel } from './instance-model.ts'
import type { InstanceHistory, InstanceOperation } from './instance-operations.ts'

/** How long an engine of these histories has mail for itself. */
const MAIL_LEASE_MS = 2_000

/** Longer than every lease, retry and timer of these histories. */
const LONG_MS = 61_000

/** Rounds in which whatever is left at the end of a history must be done. */
const LAST_ROUNDS = 300

/** The commits an engine has decided, and the keys it last sent them under. */
interface Decided {
  readonly commits: readonly InstanceCommit[]
  sent: readonly { readonly key: CallKey; readonly commit: InstanceCommit }[]
}

/** Plays a history of instances against a store, and the same against the model: every answer must be the model's. */
export class InstancePlay {
  readonly model: InstanceModel = new InstanceModel()
  readonly #bench: TimedBench
  readonly #faulty: Store
  readonly #decided: Map<number, Decided> = new Map()
  #fault: Fault = { kind: 'none' }
  #cancels = 0

  constructor(bench: TimedBench) {
    this.#bench = bench
    this.#faulty = withFaults(bench.store, { plan: { next: () => this.#fault }, clock: bench.clock })
  }

  async playAll(history: InstanceHistory, check: () => Promise<void>): Promise<void> {
    for (const [i, operation] of history.entries()) {
      await this.#play(operation)
      if (i % 8 === 7) await this.#look(check)
    }
    await this.#look(check)
    await this.#end()
    await this.#look(check)
  }

  async #play(operation: InstanceOperation): Promise<void> {
    switch (operation.do) {
      case 'create':
        return this.#create(operation.steps, operation.fault)
      case 'receive':
        return this.#receive(operation.engine, operation.limit)
      case 'commit':
        return this.#commit(operation.engine, operation.fault)
      case 'again':
        return this.#again(operation.engine)
      case 'send':
        return this.#send(operation)
      case 'handle':
        return this.#handle(operation.instance)
      case 'work':
        return this.#work(operation)
      case 'cancelJob':
        return this.#cancelJob(operation.job)
      case 'pass':
        return this.#bench.clock.advanceBy(operation.ms)
      case 'advance':
        await this.#bench.store.runs.advance(this.#bench.calls.next(), operation.limit)
    }
  }

  /** Everything is looked at when no engine has a lease any more, and all that is due has come. */
  async #look(check: () => Promise<void>): Promise<void> {
    await this.#bench.clock.advanceBy(MAIL_LEASE_MS)
    await advanceAll(this.#bench)
    await check()
  }

  async #create(steps: readonly PlanStep[], fault: Fault): Promise<void> {
    const draft = this.#bench.instance(planned(steps))
    const id = this.#bench.idOf(draft)
    const outcomes = await this.#insist(fault, (store, key) => store.instances.create(key, [draft]))
    expect(outcomes).toStrictEqual([created(id)])
    this.model.create(id, draft)
  }

  async #receive(engine: number, limit: number): Promise<void> {
    const { store, calls } = this.#bench
    const request = mailRequest({ nodeId: `e${engine}`, limit, leaseMs: MAIL_LEASE_MS })
    const { bags, now } = await store.mailboxes.receive(calls.next(), request)
    const commits: InstanceCommit[] = []
    for (const bag of bags) {
      const pending = await store.mailboxes.signals(bag.head.id, { limit: 1_000 })
      commits.push(decide({ bag, pending, now }))
    }
    this.#decided.set(engine, { commits, sent: [] })
  }

  async #commit(engine: number, fault: Fault): Promise<void> {
    const decided = this.#decided.get(engine)
    if (decided === undefined) return
    const sent = decided.commits.map((commit) => ({ key: this.#bench.calls.lane(engine + 1).next(), commit }))
    // What was sent last is all that may be repeated on a lane.
    decided.sent = sent.slice(-1)
    for (const { key, commit } of sent) {
      const answer = await this.#meet(fault, (store) => store.mailboxes.commit(key, [commit]))
      if (fault.kind === 'refused') continue
      const outcomes = [this.model.commit(commit)]
      if (fault.kind !== 'lost') expect(answer).toMatchObject({ outcomes })
    }
  }

  async #again(engine: number): Promise<void> {
    for (const { key, commit } of this.#decided.get(engine)?.sent ?? []) {
      const before = await this.#bench.store.instances.get([commit.id])
      const { outcomes } = await this.#bench.store.mailboxes.commit(key, [commit])
      const after = await this.#bench.store.instances.get([commit.id])
      if (after[0]?.version === before[0]?.version) continue
      // The first sending was refused on its way: this one is the first the store has heard of.
      expect([this.model.commit(commit)]).toStrictEqual(outcomes)
    }
  }

  async #send({ message, to, dedupeKey, fault }: Extract<InstanceOperation, { do: 'send' }>): Promise<void> {
    const id = pick([...this.model.instances.keys()], to)
    if (id === undefined) return
    const order = this.#orderOf(id, message, dedupeKey)
    const outcomes = await this.#insist(fault, (store, key) => store.instances.send(key, [order]))
    expect(outcomes).toStrictEqual([this.model.send(order)])
  }

  #orderOf(id: string, message: 'cancel' | 'suspend' | 'resume' | 'signal', dedupeKey?: string): Sending {
    switch (message) {
      case 'cancel':
        return sending(id, { kind: 'cancel', reason: `${++this.#cancels}` })
      case 'suspend':
        return sending(id, { kind: 'suspend' }, { allowed: ['running'], becomes: 'suspended' })
      case 'resume':
        return sending(id, { kind: 'resume' }, { allowed: ['suspended'], becomes: 'running' })
      case 'signal':
        return sending(id, { kind: 'signal', id: newId(), name: 'go', ...(dedupeKey && { dedupeKey }) })
    }
  }

  async #handle(number: number): Promise<void> {
    const { store, calls } = this.#bench
    const id = pick([...this.model.instances.keys()], number)
    const [oldest] = id === undefined ? [] : await store.mailboxes.signals(id, { limit: 1 })
    if (id === undefined || oldest === undefined) return
    const ids = [oldest.id, 'none']
    expect(await store.mailboxes.acknowledge(calls.next(), id, ids)).toStrictEqual(
      this.model.acknowledge(id, ids),
    )
  }

  async #work({ limit, end, fault }: Extract<InstanceOperation, { do: 'work' }>): Promise<void> {
    const leases = await claim(this.#bench, { limit })
    for (const { jobId, workflow } of leases) expect(workflow?.id).toBe(this.model.members.get(jobId))
    if (end === 'forget' || leases.length === 0) return
    const outcomes = leases.map((lease) => outcomeOf(lease, end))
    const reply = await this.#insist(fault, (store, key) => store.runs.settle(key, outcomes))
    expect(reply).toMatchObject({ outcomes: outcomes.map(() => 'settled') })
  }

  async #cancelJob(number: number): Promise<void> {
    const id = pick([...this.model.members.keys()], number)
    if (id !== undefined) await command(this.#bench, { verb: 'cancel', id })
  }

  /** An engine and a worker that outlive all others do what is left; nothing but time must be needed. */
  async #end(): Promise<void> {
    for (const { id, status } of this.model.instances.values()) {
      if (status !== 'suspended') continue
      const order = this.#orderOf(id, 'resume')
      const outcomes = await this.#bench.store.instances.send(this.#bench.calls.next(), [order])
      expect(outcomes).toStrictEqual([this.model.send(order)])
    }
    for (let round = 0; round < LAST_ROUNDS; round++) {
      await this.#receive(0, 100)
      const idle = this.#decided.get(0)?.commits.length === 0
      await this.#commit(0, { kind: 'none' })
      const leases = await claim(this.#bench)
      const outcomes = leases.map((lease) => succeeded(lease))
      await this.#bench.store.runs.settle(this.#bench.calls.next(), outcomes)
      if (!idle || leases.length > 0) continue
      if (this.#over()) return
      await this.#bench.clock.advanceBy(LONG_MS)
    }
    expect.unreachable(`not over after ${LAST_ROUNDS} rounds: ${JSON.stringify(this.#open())}`)
  }

  #over(): boolean {
    return this.#open().length === 0
  }

  #open(): readonly string[] {
    return [...this.model.instances.values()].flatMap(({ id, status }) =>
      isTerminalWorkflowStatus(status) ? [] : [`${id} ${status}`],
    )
  }

  /** Sends one call through a fault, and then again under the same key until its answer is known. */
  async #insist<Answer>(
    fault: Fault,
    send: (store: Store, key: CallKey) => Promise<Answer>,
  ): Promise<Answer> {
    const key = this.#bench.calls.next()
    await this.#meet(fault, (store) => send(store, key))
    return send(this.#bench.store, key)
  }

  /** Sends one call through a fault; undefined when it has no answer. */
  async #meet<Answer>(fault: Fault, send: (store: Store) => Promise<Answer>): Promise<Answer | undefined> {
    this.#fault = fault
    try {
      return await send(this.#faulty)
    } catch (error) {
      if (!StoreUnavailableError.is(error)) throw error
      return undefined
    } finally {
      this.#fault = { kind: 'none' }
    }
  }
}

function outcomeOf(lease: LeasedRun, end: 'succeed' | 'skip' | 'retry' | 'die'): RunOutcome {
  switch (end) {
    case 'succeed':
      return succeeded(lease, '1')
    case 'skip':
      return { ...ref(lease), kind: 'succeeded', skipped: 'why' }
    case 'retry':
      return failed(lease, 500)
    case 'die':
      return died(lease)
  }
}

function pick<Item>(items: readonly Item[], number: number): Item | undefined {
  return items.length === 0 ? undefined : items[number % items.length]
}
