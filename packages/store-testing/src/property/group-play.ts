import {
  type CallKey,
  type Collected,
  type CommitOutcome,
  type InstanceCommit,
  type Store,
  StoreUnavailableError,
} from '@dureq/types'
import { expect } from 'vitest'
import type { TimedBench } from '../bench.ts'
import type { Fault } from '../faults/fault-plan.ts'
import { withFaults } from '../faults/with-faults.ts'
import { advanceAll } from '../fixtures/acts.ts'
import { collected, groupsOf } from '../fixtures/groups.ts'
import { mailRequest } from '../fixtures/instances.ts'
import { decideGroup, groupQueues, queueOf } from './group-engine.ts'
import { GroupModel, groupSettings } from './group-model.ts'
import type { DrawnMessage, GroupHistory, GroupOperation } from './group-operations.ts'

/** How long an engine of these histories has mail for itself. */
const MAIL_LEASE_MS = 1_500

/** Longer than every lease, retry, grace period and delay of these histories. */
const LONG_MS = 31_000

/** Rounds in which whatever is left at the end of a history must be done. */
const LAST_ROUNDS = 50

/** The commits an engine has decided, and the key it last sent one under. */
interface Decided {
  readonly commits: readonly InstanceCommit[]
  last: { readonly key: CallKey; readonly commit: InstanceCommit } | undefined
}

/** Plays a history of groups against a store, and notes what clients are told. */
export class GroupPlay {
  readonly model: GroupModel = new GroupModel()
  readonly #bench: TimedBench
  readonly #other: Store
  readonly #faulty: Store
  readonly #decided: Map<number, Decided> = new Map()
  #fault: Fault = { kind: 'none' }
  /** What clients have read of the settings. */
  #settingsVersion = 0

  constructor(bench: TimedBench, other: Store) {
    this.#bench = bench
    this.#other = other
    this.#faulty = withFaults(bench.store, { plan: { next: () => this.#fault }, clock: bench.clock })
  }

  async playAll(history: GroupHistory, check: () => Promise<void>): Promise<void> {
    for (const [i, operation] of history.entries()) {
      await this.#play(operation)
      if (i % 8 === 7) await this.#look(check)
    }
    await this.#look(check)
    await this.#end()
    await this.#look(check)
  }

  async #play(operation: GroupOperation): Promise<void> {
    switch (operation.do) {
      case 'collect':
        return this.#collectAll(operation.clients, operation.fault)
      case 'settings':
        return this.#putSettings()
      case 'receive':
        return this.#receive(operation)
      case 'commit':
        return this.#commit(operation.engine, operation.fault)
      case 'again':
        return this.#again(operation.engine)
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

  async #collectAll(clients: readonly (readonly DrawnMessage[])[], fault: Fault): Promise<void> {
    const now = this.#bench.clock.now()
    this.#fault = fault
    const calls = clients.map((drawn, i) => this.#collect(drawn.map(messageOf), i))
    const told = (await Promise.all(calls)).flat()
    this.#fault = { kind: 'none' }
    for (const [message, outcome] of told.sort(([, a], [, b]) => a.size - b.size)) {
      this.model.note(message, outcome, now)
    }
  }

  async #collect(messages: readonly Collected[], client: number) {
    const store = client % 2 === 0 ? this.#bench.store : this.#other
    const calls = this.#bench.calls.lane(20 + client)
    for (;;) {
      const key = calls.next()
      const version = this.#settingsVersion
      if (client === 0) await this.#try((faulty) => faulty.instances.collect(key, version, messages))
      const outcomes = await store.instances.collect(key, version, messages)
      if (outcomes !== 'stale') {
        expect(outcomes).toHaveLength(messages.length)
        return outcomes.flatMap((outcome, i) => {
          const message = messages[i]
          return message === undefined ? [] : [[message, outcome] as const]
        })
      }
      this.#settingsVersion = (await store.settings.get()).version
    }
  }

  async #putSettings(): Promise<void> {
    const { settings, calls } = { ...this.#bench.store, calls: this.#bench.calls }
    const stored = await settings.get()
    const next = { ...stored.settings, groups: groupSettings }
    expect(await settings.put(calls.next(), stored.version, next)).toBe('saved')
  }

  async #receive(wish: Extract<GroupOperation, { do: 'receive' }>): Promise<void> {
    const { store, calls } = this.#bench
    const request = mailRequest({
      nodeId: `e${wish.engine}`,
      queues: [queueOf(wish.queue), queueOf(wish.queue + 1)],
      limit: wish.limit,
      leaseMs: MAIL_LEASE_MS,
    })
    const { bags, now } = await store.mailboxes.receive(calls.next(), request)
    const { verdict } = wish
    const commits: InstanceCommit[] = []
    for (const bag of bags) commits.push(await decideGroup(this.#bench, bag, { verdict, now }))
    this.#decided.set(wish.engine, { commits, last: undefined })
  }

  async #commit(engine: number, fault: Fault): Promise<void> {
    const decided = this.#decided.get(engine)
    for (const commit of decided?.commits ?? []) {
      const key = this.#bench.calls.lane(engine + 1).next()
      const outcomes = [await this.#outcomeOf(commit)]
      this.#fault = fault
      const reply = await this.#try((faulty) => faulty.mailboxes.commit(key, [commit]))
      this.#fault = { kind: 'none' }
      if (reply !== undefined) expect(reply).toMatchObject({ outcomes })
      if (decided !== undefined) decided.last = { key, commit }
    }
  }

  async #again(engine: number): Promise<void> {
    const last = this.#decided.get(engine)?.last
    if (last !== undefined) await this.#bench.store.mailboxes.commit(last.key, [last.commit])
  }

  /** An engine that outlives all others makes jobs of what is left; nothing but time must be needed. */
  async #end(): Promise<void> {
    const { store, calls, clock } = this.#bench
    for (let round = 0; round < LAST_ROUNDS; round++) {
      const request = mailRequest({ queues: groupQueues, leaseMs: MAIL_LEASE_MS })
      const { bags, now } = await store.mailboxes.receive(calls.next(), request)
      const orders: InstanceCommit[] = []
      for (const bag of bags) orders.push(await decideGroup(this.#bench, bag, { verdict: 'flush', now }))
      const { outcomes } = await store.mailboxes.commit(calls.next(), orders)
      expect(outcomes).toStrictEqual(orders.map(() => 'committed'))
      if ((await groupsOf(this.#bench)).length === 0) return
      await clock.advanceBy(LONG_MS)
    }
    expect.unreachable(`groups are left after ${LAST_ROUNDS} rounds`)
  }

  /** What must come of a commit that is sent now. */
  async #outcomeOf({ id, version }: InstanceCommit): Promise<CommitOutcome> {
    const [head] = await this.#bench.store.instances.get([id])
    if (head === undefined) return 'unknown'
    return head.version === version ? 'committed' : 'conflict'
  }

  /** Sends one call through the fault; undefined when it has no answer. */
  async #try<Answer>(send: (store: Store) => Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await send(this.#faulty)
    } catch (error) {
      if (!StoreUnavailableError.is(error)) throw error
      return undefined
    }
  }
}

function messageOf({ group, type, setting }: DrawnMessage): Collected {
  const names = { group: `g${group}`, taskType: `t${type}` }
  return collected(names, groupSettings[setting])
}
