import {
  type BatchDefinition,
  type BatchState,
  type InstanceHead,
  type InstanceMessage,
  initialBatchState,
  itemParts,
  type JsonText,
  type Mail,
  type MemberJob,
  OPEN_MS,
  OPEN_TIMER,
  type PartWrite,
  type StoredItem,
  type WorkflowStatus,
} from '@dureq/types'
import { type BatchPart, type Known, markedKey, type Needs } from '../../src/machine/known.ts'
import { type Reduced, reduceBatch, type Step } from '../../src/machine/reduce.ts'

/** A job of the batch. */
export type MemoryJob = MemberJob & {
  status: 'open' | 'completed' | 'dead' | 'cancelled'
  output?: JsonText
  /** Asked to end. */
  cancelReason?: string
}

/** How a job ends. */
export type JobEnd = Partial<
  Pick<Extract<InstanceMessage, { kind: 'jobEnded' }>, 'status' | 'output' | 'error'>
>

/** How a `MemoryBatch` begins, and what the shell does itself. */
export interface MemoryOptions {
  readonly eager?: boolean
  /** More items follow. */
  readonly open?: boolean
  /** `ReduceTools.most`. */
  readonly most?: number
  /** Draws jitter. Default: the middle. */
  readonly random?: () => number
  /** Messages of ended jobs come without what these returned. */
  readonly withoutOutputs?: boolean
  /** Sees every step once it is carried out. */
  readonly onStep?: (step: Step, rounds: number) => void
}

/** Everything a batch engine and its store do for one batch, in memory and one move at a time: for tests of the machine. */
export class MemoryBatch {
  head: InstanceHead
  readonly definition: BatchDefinition
  /** Texts by name. */
  readonly parts: Map<string, JsonText> = new Map()
  /** By set: the order of each name. */
  readonly marks: Map<string, Map<string, number>> = new Map()
  readonly mail: Mail[] = []
  readonly timers: Map<string, number> = new Map()
  readonly jobs: Map<string, MemoryJob> = new Map()
  readonly events: { readonly type: string; readonly error?: string; readonly progress?: string }[] = []
  now = 1_000_000
  readonly #options: MemoryOptions
  #ids = 0

  constructor(definition: BatchDefinition, options: MemoryOptions = {}) {
    this.definition = definition
    this.#options = options
    this.head = {
      id: 'batch',
      kind: 'batch',
      name: definition.name,
      status: 'running',
      version: 1,
      definitionHash: 'h',
      size: 0,
      ...(options.open && { open: true as const }),
      state: JSON.stringify(initialBatchState(definition, options.eager)),
      createdAt: this.now,
      updatedAt: this.now,
    }
    this.#store(definition.items)
    this.mail.push({ kind: 'started', at: this.now })
    if (options.open) this.timers.set(OPEN_TIMER, this.now + OPEN_MS)
  }

  get state(): BatchState {
    return JSON.parse(this.head.state) as BatchState
  }

  /** Jobs that have not ended, oldest first. */
  get openJobs(): readonly MemoryJob[] {
    return [...this.jobs.values()].filter(({ status }) => status === 'open')
  }

  /** Appends items; a batch that has ended refuses. */
  append(items: BatchDefinition['items'], last: boolean): boolean {
    if (this.head.open === undefined || this.head.status !== 'running') return false
    this.#store(items)
    const { open: _, ...head } = this.head
    if (last) {
      this.head = head
      this.timers.delete(OPEN_TIMER)
    } else this.timers.set(OPEN_TIMER, this.now + OPEN_MS)
    if (last || this.#options.eager) this.#tell({ kind: 'appended', size: head.size, last })
    return true
  }

  /** Puts a message into the mailbox if the status allows it. */
  send(message: InstanceMessage): boolean {
    const isRetry = message.kind === 'retry'
    const allowed: readonly WorkflowStatus[] = isRetry ? ['failed', 'cancelled'] : ['running']
    if (!allowed.includes(this.head.status)) return false
    if (isRetry) {
      const { completedAt: _, error: __, ...head } = this.head
      this.head = { ...head, status: 'running', version: head.version + 1 }
    }
    this.#tell(message)
    return true
  }

  /** Receives, reduces and commits the oldest messages. */
  receive(most = 200): Step {
    const messages = this.mail.slice(0, most)
    const { done, rounds } = this.reduce(messages)
    this.mail.splice(0, messages.length)
    this.#commit(done)
    this.#options.onStep?.(done.commit, rounds)
    return done.commit
  }

  /** Reduces messages with as many rounds of loading as it takes; nothing is carried out. */
  reduce(messages: readonly Mail[]): {
    readonly done: Extract<Reduced, { kind: 'done' }>
    readonly rounds: number
  } {
    const { most, random = () => 0.5 } = this.#options
    const loaded = new Loaded(this)
    for (let rounds = 0; rounds < 20; rounds++) {
      const tools = { now: this.now, newId: () => this.#newId(), random, ...(most !== undefined && { most }) }
      const reduced = reduceBatch(loaded.known, messages, tools)
      if (reduced.kind === 'done') return { done: reduced, rounds }
      loaded.load(reduced.needs)
    }
    throw new Error('it needs more and more')
  }

  /** Ends a job and tells the batch; one that was asked to end ends `cancelled`. */
  endJob(job: MemoryJob, end: JobEnd): void {
    if (job.status !== 'open') throw new Error('it has ended')
    const asked: JobEnd =
      job.cancelReason === undefined ? end : { status: 'cancelled', error: job.cancelReason }
    const { status = 'completed', output, error } = asked
    job.status = status
    if (output !== undefined) job.output = output
    this.#tell({
      kind: 'jobEnded',
      jobId: job.id,
      task: taskOf(job),
      status,
      ...(output !== undefined && !this.#options.withoutOutputs && { output }),
      ...(error !== undefined && { error }),
    })
  }

  /** Lets time pass and timers become due. */
  pass(ms: number): void {
    this.now += ms
    for (const [name, dueAt] of [...this.timers].filter(([, at]) => at <= this.now)) {
      this.timers.delete(name)
      this.#tell({ kind: 'timerDue', name, dueAt })
    }
  }

  /** The names of a set as they are ordered. */
  names(set: string): readonly string[] {
    const orders = [...(this.marks.get(set) ?? [])]
    return orders.sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1)).map(([name]) => name)
  }

  #tell(message: InstanceMessage): void {
    this.mail.push({ ...message, at: this.now })
  }

  #store(items: BatchDefinition['items']): void {
    const stored: readonly StoredItem[] = items.map(({ id, payload }) => ({
      id,
      payload: JSON.stringify(payload),
    }))
    for (const part of itemParts(this.head.size, stored)) this.#write(part)
    this.head = { ...this.head, size: this.head.size + items.length }
  }

  #write({ name, text, marks = {} }: PartWrite): void {
    if (text === undefined) this.parts.delete(name)
    else this.parts.set(name, text)
    for (const [set, order] of Object.entries(marks)) {
      const names = this.marks.get(set) ?? new Map<string, number>()
      if (order === null) names.delete(name)
      else names.set(name, order)
      this.marks.set(set, names)
    }
  }

  #commit({ commit }: Extract<Reduced, { kind: 'done' }>): void {
    const { status, state, error, input, parts, enqueue, cancel, send, timers, events } = commit
    const hasEnded = status !== 'running' && this.head.status === 'running'
    this.head = {
      ...this.head,
      status,
      state,
      version: this.head.version + 1,
      ...(error !== undefined && { error }),
      ...(input !== undefined && { input }),
      ...(hasEnded && { completedAt: this.now }),
    }
    for (const part of parts) this.#write(part)
    for (const job of enqueue) this.jobs.set(job.id, { ...(job as MemberJob), status: 'open' })
    for (const { id, reason = '' } of cancel) this.#ask(id, reason)
    for (const { message } of send) this.send(message)
    for (const { name, dueAt } of timers) {
      if (dueAt === undefined) this.timers.delete(name)
      else this.timers.set(name, dueAt)
    }
    if (hasEnded) this.timers.clear()
    for (const { type, error: why, batchProgress } of events)
      this.events.push({
        type,
        ...(why !== undefined && { error: why }),
        ...(batchProgress && {
          progress: `${batchProgress.done}/${batchProgress.total} ${batchProgress.failed} ${batchProgress.step}`,
        }),
      })
  }

  /** Waiting jobs would end at once; here all have begun. */
  #ask(id: string, reason: string): void {
    const job = this.jobs.get(id)
    if (job?.status !== 'open') return
    if (job.cancelReason !== undefined) throw new Error('it was told twice')
    job.cancelReason = reason
  }

  #newId(): string {
    return `j${++this.#ids}`
  }
}

/** What `jobEnded` calls it. */
export function taskOf(job: MemberJob): string {
  return 'batchRole' in job && job.batchRole === 'onetime'
    ? 'onetime'
    : String((job as { batchPlace?: number }).batchPlace)
}

/** What was loaded for one reduction: only what it asked for. */
class Loaded {
  readonly #batch: MemoryBatch
  readonly #parts = new Map<string, BatchPart | null>()
  readonly #jobs = new Map<string, StoredItem | null>()
  readonly #outputs = new Map<string, JsonText | null>()
  readonly #marked = new Map<string, readonly string[]>()

  constructor(batch: MemoryBatch) {
    this.#batch = batch
  }

  get known(): Known {
    const { head, definition, state } = this.#batch
    return {
      head,
      plan: definition,
      state,
      parts: this.#parts,
      jobs: this.#jobs,
      outputs: this.#outputs,
      marked: this.#marked,
    }
  }

  load({ parts, jobs, outputs, marked }: Needs): void {
    if (parts.length + jobs.length + outputs.length + marked.length === 0) throw new Error('it needs nothing')
    for (const name of parts) {
      const text = this.#batch.parts.get(name)
      this.#parts.set(name, text === undefined ? null : (JSON.parse(text) as BatchPart))
    }
    for (const id of jobs) this.#jobs.set(id, itemOf(this.#batch.jobs.get(id)))
    for (const id of outputs) this.#outputs.set(id, this.#batch.jobs.get(id)?.output ?? null)
    for (const range of marked) {
      const { set, offset, limit } = range
      this.#marked.set(markedKey(range), this.#batch.names(set).slice(offset, offset + limit))
    }
  }
}

function itemOf(job: MemoryJob | undefined): StoredItem | null {
  if (job === undefined) return null
  const { batchItem } = job as { batchItem?: string }
  return { id: batchItem as string, payload: job.payload }
}
