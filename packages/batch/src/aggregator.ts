import {
  createEngineTools,
  createLifecycle,
  createLoop,
  createTimekeeper,
  createWakeListener,
  type EngineTools,
  type Lifecycle,
  type Loop,
  type MailWanted,
  type NodeOptions,
  receiveMail,
  resolveNodeOptions,
  restAfter,
  type Service,
  type StopOptions,
  type StopReport,
  type Timekeeper,
} from '@dureq/runtime'
import {
  checkInteger,
  checkName,
  type Duration,
  Faults,
  type GroupConfig,
  type MailBag,
  type MailQueue,
  parseDuration,
} from '@dureq/types'
import { createFlusher, type Flusher, type FlushTime } from './group/flusher.ts'
import { createMailKeeper } from './group/mail-keeper.ts'
import { revisitParked } from './group/parked-groups.ts'
import { type ResolvedGroup, resolveGroups } from './group/resolved-group.ts'
import { saveSettings } from './group/save-settings.ts'

/** What an aggregator needs and may be told. */
export interface AggregatorOptions extends NodeOptions {
  /** How groups become jobs. */
  readonly groups: GroupConfig | readonly GroupConfig[]
  /** Groups put together at once. 1 to 1,000; default 32. */
  readonly concurrency?: number
  /** How long one call of an aggregator function may take. 1 ms to 10 minutes; default 30 s. */
  readonly timeout?: Duration
  /**
   * How long groups wait for another aggregator when this one dies with them, in ms; it goes on by itself while a function runs.
   * 1,000 to 60,000; default 10,000.
   */
  readonly leaseMs?: number
}

/**
 * Makes one job of the messages of each group, as soon as it is complete. Any number of aggregators share a store, and
 * none leads: each is given other groups.
 */
export interface Aggregator extends Service {
  readonly nodeId: string
}

/**
 * Makes an aggregator; it does nothing before `start()`, which writes how its groups are collected to the settings of the
 * store.
 *
 * @throws ValidationError naming every faulty option.
 */
export function createAggregator(options: AggregatorOptions): Aggregator {
  return new NodeAggregator(options)
}

/** How long groups may go on after a stop. */
const STOP_MS = 30_000

class NodeAggregator implements Aggregator {
  readonly nodeId: string
  readonly #tools: EngineTools
  readonly #groups: ReadonlyMap<string, ResolvedGroup>
  readonly #concurrency: number
  readonly #wanted: Omit<MailWanted, 'batchSize'>
  readonly #lifecycle: Lifecycle
  readonly #timekeeper: Timekeeper
  readonly #rounds: Loop
  readonly #listener: Loop
  readonly #flush: Flusher
  readonly #flushing = new Set<Promise<unknown>>()
  readonly #stopping = new AbortController()

  constructor(options: AggregatorOptions) {
    const { groups, concurrency = 32, timeout = 30_000, leaseMs = 10_000 } = options
    const node = resolveNodeOptions(options, 'aggregator')
    const timeoutMs = check({ nodeId: node.nodeId, concurrency, timeout, leaseMs })
    const tools = createEngineTools(node, 'groups')
    this.nodeId = node.nodeId
    this.#tools = tools
    this.#groups = resolveGroups(Array.isArray(groups) ? groups : [groups])
    this.#concurrency = concurrency
    const queues: readonly MailQueue[] = [
      'group:',
      ...[...this.#groups.keys()].map((key): MailQueue => `group:${key}`),
    ]
    this.#wanted = { queues, leaseMs }
    this.#flush = createFlusher({
      ...tools,
      groups: this.#groups,
      keeper: createMailKeeper({ ...tools, leaseMs }),
      timeoutMs,
      stopping: this.#stopping.signal,
      payloadLimit: options.store.limits.payload,
    })
    this.#lifecycle = createLifecycle({ start: () => this.#start(), stop: (how) => this.#stop(how) })
    this.#timekeeper = createTimekeeper(tools)
    this.#rounds = createLoop({ ...tools, round: () => this.#round() })
    this.#listener = createWakeListener({
      ...tools,
      queues,
      onMail: () => this.#rounds.wake(),
      onDue: () => this.#timekeeper.wake(),
    })
  }

  start(): Promise<void> {
    return this.#lifecycle.start()
  }

  stop(options?: StopOptions): Promise<StopReport> {
    return this.#lifecycle.stop(options)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #start(): Promise<void> {
    const settings = [...this.#groups.values()].map(({ setting }) => setting)
    await saveSettings(this.#tools, settings)
    // Groups may have waited for what was just saved.
    await this.#revisit()
    this.#timekeeper.start()
    // It listens before the first look, so that nothing falls between.
    this.#listener.start()
    this.#rounds.start()
    this.#tools.logger.info({}, 'aggregator started')
  }

  /** Takes as many groups as can begin at once. Every one that ends begins the next round. */
  async #round(): Promise<number> {
    const { clock, store } = this.#tools
    const batchSize = this.#concurrency - this.#flushing.size
    if (batchSize === 0) return Number.POSITIVE_INFINITY
    const reply = await receiveMail(this.#tools, { ...this.#wanted, batchSize })
    const nodeNow = clock.now()
    if (reply.bags.length === 0) return restAfter(reply, 0)
    const { version, settings } = await store.settings.get()
    const time = { storeNow: reply.now, nodeNow, settings: settings.groups }
    const flushing = reply.bags.map((bag) => this.#begin(bag, time))
    void Promise.all(flushing).then((parked) => {
      if (parked.includes(true)) this.#track(this.#parkedAt(version))
    })
    return 0
  }

  #begin(bag: MailBag, time: FlushTime): Promise<boolean> {
    const flushing = this.#flush(bag, time).catch((error: unknown) => {
      this.#complain(error, bag.head.name)
      return false
    })
    this.#track(flushing)
    return flushing
  }

  /** A stop waits for it, and its end begins the next round. It never rejects. */
  #track(work: Promise<unknown>): void {
    this.#flushing.add(work)
    void work.finally(() => {
      this.#flushing.delete(work)
      this.#rounds.wake()
    })
  }

  /** Somebody who came after these settings has looked for parked groups already, maybe before these were there. */
  async #parkedAt(version: number): Promise<void> {
    try {
      const present = await this.#tools.store.settings.get()
      if (present.version !== version) await this.#revisit()
    } catch (error) {
      this.#complain(error, undefined)
    }
  }

  async #revisit(): Promise<void> {
    const { settings } = await this.#tools.store.settings.get()
    await revisitParked(this.#tools, settings.groups)
  }

  #complain(error: unknown, group: string | undefined): void {
    if (this.#stopping.signal.aborted) return
    this.#tools.logger.warn({ err: error, group }, 'a group cannot be flushed; trying again')
  }

  async #stop({ timeoutMs = STOP_MS, signal }: StopOptions): Promise<StopReport> {
    await Promise.all([this.#rounds.stop(), this.#listener.stop()])
    const begun = this.#flushing.size
    await this.#letFinish(timeoutMs, signal)
    const handedBack = this.#flushing.size
    this.#stopping.abort(new Error('the aggregator is stopping'))
    await Promise.all(this.#flushing)
    await this.#timekeeper.stop()
    this.#tools.logger.info({}, 'aggregator stopped')
    return { finished: begun - handedBack, handedBack, abandoned: 0 }
  }

  async #letFinish(timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
    const enough = new AbortController()
    const until = signal === undefined ? enough.signal : AbortSignal.any([enough.signal, signal])
    const late = this.#tools.clock.sleep(timeoutMs, until).catch(() => {})
    await Promise.race([Promise.all(this.#flushing), late])
    enough.abort()
  }
}

interface Checked extends Required<Pick<AggregatorOptions, 'concurrency' | 'timeout' | 'leaseMs'>> {
  readonly nodeId: string
}

/** The timeout in ms. */
function check(options: Checked): number {
  const faults = new Faults()
  checkName('nodeId', options.nodeId, 'nodeId', faults)
  checkInteger(options.concurrency, { min: 1, max: 1_000 }, 'concurrency', faults)
  checkInteger(options.leaseMs, { min: 1_000, max: 60_000 }, 'leaseMs', faults)
  const timeoutMs = faults.attempt(() => parseDuration(options.timeout, 'timeout')) ?? 1
  checkInteger(timeoutMs, { min: 1, max: 600_000 }, 'timeout', faults)
  faults.throwIfAny()
  return timeoutMs
}
