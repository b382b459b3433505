import { type Client, createClient, type EnqueueOptions } from '@dureq/client'
import { createIdMinter, DureqError, type Store } from '@dureq/types'
import { taskTypes } from '../cluster/node.ts'
import { drawPlan } from '../cluster/plan.ts'
import type { Dice } from '../world/dice.ts'
import { Machine } from '../world/machine.ts'
import type { World } from '../world/world.ts'
import type { Accepted } from './accepted.ts'
import { drawBatch, drawWorkflow, KEY_LIMIT } from './definitions.ts'

/** Orders go to what was accepted lately: the rest has mostly been removed. */
const RECENT = 20

/** What somebody who uses the cluster needs. */
export interface UserOptions {
  readonly world: World
  readonly name: string
  readonly dice: Dice
  readonly connect: (machine: Machine) => Store
  readonly accepted: Accepted
}

/** Asks for something now and then until told to stop, and remembers what was promised. */
export class User {
  readonly machine: Machine
  readonly #options: UserOptions
  readonly #client: Client
  #stopped = false

  constructor(options: UserOptions) {
    const { world, name, dice, connect } = options
    this.#options = options
    this.machine = new Machine(world, name)
    const { clock } = this.machine
    const { random } = dice
    this.#client = createClient({
      store: connect(this.machine),
      clock,
      random,
      newId: createIdMinter({ clock, random }),
      tracing: false,
    })
    void this.#live()
  }

  /** Asks for nothing more. */
  stop(): void {
    this.#stopped = true
  }

  async #live(): Promise<void> {
    const { dice, world } = this.#options
    while (!this.#stopped) {
      const [what, act] = this.#draw()
      try {
        world.tell(`${this.machine.name} ${what} ${await act()}`)
      } catch (error) {
        if (!DureqError.is(error)) throw error
        world.tell(`${this.machine.name} ${what} refused: ${error.code}`)
      }
      await this.machine.clock.sleep(dice.between(100, 15_000))
    }
  }

  #draw(): readonly [string, () => Promise<string>] {
    const { dice } = this.#options
    const acts: readonly (readonly [number, string, () => Promise<string>])[] = [
      [30, 'enqueues', () => this.#enqueue()],
      [10, 'enqueues many', () => this.#enqueueMany()],
      [4, 'schedules', () => this.#schedule()],
      [8, 'starts a workflow', () => this.#startWorkflow()],
      [5, 'starts a batch', () => this.#startBatch()],
      [20, 'orders', () => this.#order()],
      [8, 'orders a workflow', () => this.#orderWorkflow()],
      [4, 'orders a batch', () => this.#orderBatch()],
    ]
    let draw = dice.random() * acts.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, what, act] of acts) if ((draw -= weight) < 0) return [what, act]
    return ['enqueues', () => this.#enqueue()]
  }

  async #enqueue(): Promise<string> {
    const { dice, accepted } = this.#options
    const job = await this.#client.enqueue(
      dice.pick(taskTypes),
      { plan: drawPlan(dice) },
      this.#drawOptions(),
    )
    accepted.jobs.add(job.id)
    return job.id
  }

  #drawOptions(): EnqueueOptions {
    const { dice } = this.#options
    return {
      retryPolicy: { maxAttempts: dice.between(1, 4), initialDelay: 100, maxDelay: 2_000 },
      ...(dice.chance(0.2) && { delay: dice.between(1, 10_000) }),
      ...(dice.chance(0.2) && { uniqueKey: `unique-${dice.between(1, 3)}` }),
      ...(dice.chance(0.3) && { concurrencyKeys: this.#drawKeys() }),
      ...(dice.chance(0.2) && { priority: dice.pick([1, 9] as const) }),
      ...(dice.chance(0.1) && { scheduleToStartTimeout: dice.between(100, 5_000) }),
      ...(dice.chance(0.1) && { requestId: `request-${dice.between(1, 20)}` }),
    }
  }

  #drawKeys(): NonNullable<EnqueueOptions['concurrencyKeys']> {
    const keys = ['tenant-1', 'tenant-2', 'tenant-3'].filter(() => this.#options.dice.chance(0.5))
    return keys.map((key) => ({ key, maxConcurrency: KEY_LIMIT }))
  }

  async #enqueueMany(): Promise<string> {
    const { dice, accepted } = this.#options
    const payloads = Array.from({ length: dice.between(2, 20) }, () => ({ plan: drawPlan(dice) }))
    const results = await this.#client.enqueueMany(dice.pick(taskTypes), payloads)
    const ids = results.flatMap((result) => (result.kind === 'created' ? [result.jobId] : []))
    for (const id of ids) accepted.jobs.add(id)
    return ids.join(' ')
  }

  async #schedule(): Promise<string> {
    const { dice, accepted } = this.#options
    const overlapPolicy = dice.pick(['ALLOW_ALL', 'SKIP', 'BUFFER_ONE', 'BUFFER_ALL', 'REPLACE'] as const)
    const schedule = { type: 'DURATION', interval: dice.between(5_000, 60_000), overlapPolicy } as const
    const job = await this.#client.enqueue(dice.pick(['a', 'b']), { plan: drawPlan(dice) }, { schedule })
    accepted.recurring.add(job.id)
    return `${job.id} ${overlapPolicy}`
  }

  async #startWorkflow(): Promise<string> {
    const { dice, accepted } = this.#options
    const { id } = await this.#client.enqueueWorkflow(drawWorkflow(dice))
    accepted.workflows.add(id)
    return id
  }

  async #startBatch(): Promise<string> {
    const { dice, accepted } = this.#options
    const { id } = await this.#client.enqueueBatch(drawBatch(dice))
    accepted.batches.add(id)
    return id
  }

  async #order(): Promise<string> {
    const { dice, accepted } = this.#options
    const ids = [...[...accepted.jobs].slice(-RECENT), ...accepted.recurring]
    if (ids.length === 0) return 'nothing'
    const id = dice.pick(ids)
    const verb = dice.pick([
      'cancelJob',
      'retryJob',
      'pauseJob',
      'resumeJob',
      'resumeJob',
      'deleteJob',
    ] as const)
    await this.#client[verb](id)
    if (verb === 'deleteJob') accepted.deleted.add(id)
    return `${verb} ${id}`
  }

  async #orderWorkflow(): Promise<string> {
    const { dice, accepted } = this.#options
    if (accepted.workflows.size === 0) return 'nothing'
    const id = dice.pick([...accepted.workflows].slice(-RECENT))
    const verb = dice.pick(['cancelWorkflow', 'retryWorkflow', 'suspendWorkflow', 'resumeWorkflow'] as const)
    await this.#client[verb](id)
    return `${verb} ${id}`
  }

  async #orderBatch(): Promise<string> {
    const { dice, accepted } = this.#options
    if (accepted.batches.size === 0) return 'nothing'
    const id = dice.pick([...accepted.batches].slice(-RECENT))
    const verb = dice.pick(['cancelBatch', 'retryBatch'] as const)
    await this.#client[verb](id)
    return `${verb} ${id}`
  }
}
