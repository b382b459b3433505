import { type BatchDefinition, batchFailurePolicies, type Mail } from '@dureq/types'
import { itemsOf } from './batch-scene.ts'
import { checkBatchState } from './check-batch.ts'
import { MemoryBatch, type MemoryJob, taskOf } from './memory-batch.ts'

/** Draws whole numbers from 0 to `below` - 1. */
export type Draw = (below: number) => number

/** A batch that is carried out at random: definition, and how often the job of each task fails before it succeeds. */
export interface Script {
  readonly definition: BatchDefinition
  readonly failures: ReadonlyMap<string, number>
}

/** Draws a batch of few items, small windows and a few failures. */
export function drawScript(draw: Draw): Script {
  const count = draw(4) === 0 ? 95 + draw(120) : 1 + draw(12)
  const chunkSize = [1, 2, 7, 100][draw(4)] as number
  const failures = new Map<string, number>([['onetime', draw(4) === 0 ? 1 : 0]])
  for (let place = 0; place < count; place++)
    if (draw(count > 20 ? 20 : 5) === 0) failures.set(String(place), 1 + draw(2))
  return {
    failures,
    definition: {
      name: 'b',
      itemTaskType: 'item',
      items: itemsOf(0, count),
      chunkSize,
      failurePolicy: batchFailurePolicies[draw(2)] as BatchDefinition['failurePolicy'] & string,
      retryPolicy: { maxAttempts: 1 + draw(3), initialDelay: 10, jitter: 0 },
      ...(draw(3) === 0 && { onetimeTaskType: 'prepare' }),
    },
  }
}

/** What happened in one run. */
export interface Seen {
  /** By attempt: tasks dispatched in it, in order. */
  readonly dispatched: ReadonlyMap<number, readonly string[]>
  /** By task: how often a job of it completed. */
  readonly completed: ReadonlyMap<string, number>
}

/** Carries a scripted batch out with moves in any order; every step is checked. */
export class RandomRun {
  readonly batch: MemoryBatch
  readonly seen: { dispatched: Map<number, string[]>; completed: Map<string, number> } = {
    dispatched: new Map(),
    completed: new Map(),
  }
  readonly #draw: Draw
  readonly #left: Map<string, number>
  readonly #rest: BatchDefinition['items']
  readonly #ended: Mail[] = []

  /** @param streamed the first 100 items come with the batch, the others in pieces. */
  constructor({ definition, failures }: Script, draw: Draw, streamed: boolean) {
    this.#draw = draw
    this.#left = new Map(failures)
    const first = streamed ? definition.items.slice(0, 100) : definition.items
    this.#rest = definition.items.slice(first.length)
    this.batch = new MemoryBatch(
      { ...definition, items: first },
      {
        open: streamed,
        eager: streamed && draw(2) === 0,
        most: [1, 3, 500][draw(3)] as number,
        withoutOutputs: draw(2) === 0,
        onStep: ({ enqueue }) => {
          for (const job of enqueue) this.#note(job as MemoryJob)
          checkBatchState(this.batch)
        },
      },
    )
  }

  /** Makes random moves until nothing can move but a producer or an order from outside. */
  run(): this {
    while (this.#move()) {}
    return this
  }

  /** Makes so many random moves. */
  moves(count: number): this {
    for (let i = 0; i < count && this.#move(); i++) {}
    return this
  }

  /** Stores the items that are missing. */
  produce(): this {
    if (this.batch.head.open !== undefined) this.batch.append(this.#rest, true)
    return this
  }

  #move(): boolean {
    const { mail, openJobs, timers } = this.batch
    const move = this.#draw(10)
    if (mail.length > 0 && move < 4) this.batch.receive(1 + this.#draw(5))
    else if (openJobs.length > 0 && move < 9) this.#endOne()
    else if (mail.length > 0) this.batch.receive()
    else if (openJobs.length > 0) this.#endOne()
    else return this.#pass(timers)
    if (this.#draw(10) === 0) this.#repeat()
    return true
  }

  /** Time passes when nothing else happens; the day of a producer that is gone never does. */
  #pass(timers: ReadonlyMap<string, number>): boolean {
    const due = [...timers].filter(([name]) => name !== 'open').map(([, at]) => at)
    if (due.length === 0) return false
    this.batch.pass(Math.max(0, Math.min(...due) - this.batch.now))
    return true
  }

  #endOne(): void {
    const { openJobs } = this.batch
    const job = openJobs[this.#draw(openJobs.length)] as MemoryJob
    const left = this.#left.get(taskOf(job)) ?? 0
    if (job.cancelReason === undefined) {
      this.#left.set(taskOf(job), Math.max(0, left - 1))
      if (left === 0) this.#count(job)
    }
    this.batch.endJob(job, left > 0 ? { status: 'dead', error: 'boom' } : { output: '1' })
    this.#ended.push(this.batch.mail[this.batch.mail.length - 1] as Mail)
  }

  /** The end of some job is told once more. */
  #repeat(): void {
    const message = this.#ended[this.#draw(Math.max(1, this.#ended.length))]
    if (message !== undefined) this.batch.mail.push(message)
  }

  #count(job: MemoryJob): void {
    this.seen.completed.set(taskOf(job), (this.seen.completed.get(taskOf(job)) ?? 0) + 1)
  }

  #note(job: MemoryJob): void {
    const { attempt } = this.batch.state
    this.seen.dispatched.set(attempt, [...(this.seen.dispatched.get(attempt) ?? []), taskOf(job)])
  }
}
