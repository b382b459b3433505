import {
  CHECKPOINT,
  checkName,
  Faults,
  type JsonText,
  LockNotHeldError,
  MAX_STEPS,
  toJsonText,
  ValidationError,
} from '@dureq/types'
import type { Execution } from './execution.ts'
import type { MemorySource } from './memory-source.ts'

/** What one execution knows of, and adds to, what its firing remembers. */
export interface RunMemory {
  step<Result>(name: string, run: (idempotencyKey: string) => Result | Promise<Result>): Promise<Result>
  checkpoint(data: unknown): Promise<void>
  lastCheckpoint(): Promise<unknown>
}

/** The memory of an execution; reads nothing before it is used, and never when there is nothing. */
export function createRunMemory(execution: Execution, source: MemorySource): RunMemory {
  return new LeasedMemory(execution, source)
}

class LeasedMemory implements RunMemory {
  readonly #execution: Execution
  readonly #source: MemorySource
  readonly #running = new Map<string, Promise<unknown>>()
  #values: Promise<Map<string, JsonText>> | undefined

  constructor(execution: Execution, source: MemorySource) {
    this.#execution = execution
    this.#source = source
  }

  step<Result>(name: string, run: (idempotencyKey: string) => Result | Promise<Result>): Promise<Result> {
    const under = this.#running.get(name)
    if (under !== undefined) return under as Promise<Result>
    const running = this.#once(name, run)
    this.#running.set(name, running)
    const done = (): void => void this.#running.delete(name)
    running.then(done, done)
    return running as Promise<Result>
  }

  async checkpoint(data: unknown): Promise<void> {
    const value = toJsonText(data, 'checkpoint', this.#source.limit)
    await this.#keep(CHECKPOINT, value)
  }

  async lastCheckpoint(): Promise<unknown> {
    const value = (await this.#known()).get(CHECKPOINT)
    return value === undefined ? undefined : JSON.parse(value)
  }

  async #once(name: string, run: (idempotencyKey: string) => unknown): Promise<unknown> {
    checkStep(name)
    const known = await this.#known()
    const kept = known.get(name)
    if (kept !== undefined) return JSON.parse(kept)
    if (known.size - (known.has(CHECKPOINT) ? 1 : 0) >= MAX_STEPS) throw tooMany()
    this.#execution.signal.throwIfAborted()
    const result = await run(`${this.#execution.lease.firingId}:${name}`)
    const value = toJsonText(result ?? null, `step ${name}`, this.#source.limit)
    await this.#keep(name, value)
    return JSON.parse(value)
  }

  async #keep(name: string, value: JsonText): Promise<void> {
    const known = await this.#known()
    const outcome = await this.#unlessEnded(this.#source.save({ ...this.#execution.ref, name, value }))
    if (outcome === 'lost') throw this.#lost()
    known.set(name, value)
  }

  /** A failed read is made again by whoever asks next. */
  #known(): Promise<Map<string, JsonText>> {
    this.#values ??= this.#read().catch((error: unknown) => {
      this.#values = undefined
      throw error
    })
    return this.#values
  }

  async #read(): Promise<Map<string, JsonText>> {
    const { lease, ref } = this.#execution
    if (lease.remembers !== true) return new Map()
    const memo = await this.#unlessEnded(this.#source.load(ref))
    if (memo.kind === 'lost') throw this.#lost()
    return new Map(Object.entries(memo.values))
  }

  /** Rejects with the reason of the execution's signal once it is to end: then nobody needs the answer. */
  #unlessEnded<Answer>(answer: Promise<Answer>): Promise<Answer> {
    const { signal } = this.#execution
    if (signal.aborted) return Promise.reject(signal.reason as Error)
    return new Promise((resolve, reject) => {
      const end = (): void => reject(signal.reason as Error)
      signal.addEventListener('abort', end, { once: true })
      answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', end))
    })
  }

  #lost(): Error {
    return new LockNotHeldError(`lease of run ${this.#execution.lease.runId}`)
  }
}

function checkStep(name: string): void {
  const faults = new Faults()
  checkName('step', name, 'step', faults)
  faults.throwIfAny()
}

function tooMany(): ValidationError {
  const problem = `must not be more than ${MAX_STEPS} of one firing`
  return new ValidationError([{ field: 'step', problem, limit: MAX_STEPS }])
}
