import type { BatchDefinition } from '@dureq/types'
import { checkBatchState } from './check-batch.ts'
import { type JobEnd, MemoryBatch, type MemoryJob, type MemoryOptions, taskOf } from './memory-batch.ts'

/** A definition with so many items, named `item 0` and so on, whose payloads are their places. */
export function batchOf(count: number, more: Partial<BatchDefinition> = {}): BatchDefinition {
  return { name: 'b', itemTaskType: 'item', items: itemsOf(0, count), ...more }
}

/** Items from a place on. */
export function itemsOf(from: number, count: number): BatchDefinition['items'] {
  return Array.from({ length: count }, (_, index) => ({ id: `item ${from + index}`, payload: from + index }))
}

/** A batch whose mail is received after every move, and whose state is checked after every step. */
export class BatchScene {
  readonly batch: MemoryBatch

  constructor(definition: BatchDefinition, options: MemoryOptions = {}) {
    const onStep: MemoryOptions['onStep'] = (step, rounds) => {
      checkBatchState(this.batch)
      options.onStep?.(step, rounds)
    }
    this.batch = new MemoryBatch(definition, { ...options, onStep })
    this.settle()
  }

  /** What is in flight: places, or `onetime`. */
  get flying(): readonly string[] {
    return this.batch.openJobs.map(taskOf)
  }

  get status(): string {
    return this.batch.head.status
  }

  /** The events told since they were last asked for, progress as `batch.progress <done>/<total> <failed> <step>`. */
  get events(): readonly string[] {
    const told = this.batch.events.splice(0)
    return told.map(({ type, progress, error }) => [type, progress, error].filter(Boolean).join(' '))
  }

  /** Ends the jobs of these places (or of `onetime`) at once. */
  end(tasks: string | number | readonly (string | number)[], end: JobEnd = {}): this {
    for (const task of [tasks].flat()) this.batch.endJob(this.job(task), end)
    return this.settle()
  }

  /** Ends whatever is in flight, again and again, until nothing is. */
  endAll(end: JobEnd = {}): this {
    while (this.flying.length > 0) this.end(this.flying, end)
    return this
  }

  pass(ms: number): this {
    this.batch.pass(ms)
    return this.settle()
  }

  cancel(reason?: string): this {
    this.batch.send({ kind: 'cancel', ...(reason !== undefined && { reason }) })
    return this.settle()
  }

  retry(failedOnly?: boolean): this {
    this.batch.send({ kind: 'retry', ...(failedOnly !== undefined && { failedOnly }) })
    return this.settle()
  }

  append(items: BatchDefinition['items'], last: boolean): this {
    this.batch.append(items, last)
    return this.settle()
  }

  job(task: string | number): MemoryJob {
    const job = this.batch.openJobs.find((one) => taskOf(one) === String(task))
    if (job === undefined) throw new Error(`${task} is not in flight`)
    return job
  }

  settle(): this {
    while (this.batch.mail.length > 0) this.batch.receive()
    return this
  }
}
