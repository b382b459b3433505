import {
  compileWorkflow,
  type HookPart,
  initialState,
  type TaskPart,
  type WorkflowGraph,
  type WorkflowState,
} from '@dureq/dag'
import type {
  InstanceHead,
  InstanceMessage,
  JsonText,
  Mail,
  NewInstance,
  PendingSignal,
  Sending,
  WorkflowDefinition,
  WorkflowMember,
  WorkflowStatus,
} from '@dureq/types'
import { noteHeld } from '../../src/machine/held.ts'
import { type Known, markedKey, type Needs, SIGNALS_LOADED } from '../../src/machine/known.ts'
import { type Reduced, reduceMail, type Step } from '../../src/machine/reduce.ts'

/** An instance as the shell keeps it. */
export interface MemoryInstance {
  head: InstanceHead
  readonly definition: WorkflowDefinition
  readonly graph: WorkflowGraph
  readonly parts: Map<string, TaskPart | HookPart>
  /** By set: the order of each name. */
  readonly marks: Map<string, Map<string, number>>
  readonly mail: Mail[]
  readonly timers: Map<string, number>
  readonly signals: PendingSignal[]
}

/** A job of an instance. */
export interface MemoryJob extends WorkflowMember {
  status: 'open' | 'completed' | 'dead' | 'cancelled'
  output?: JsonText
  /** Asked to end. */
  cancelReason?: string
}

/** How a job ends. */
export type JobEnd = Partial<Omit<Extract<InstanceMessage, { kind: 'jobEnded' }>, 'kind' | 'jobId' | 'task'>>

/** What the shell does itself. */
export interface MemoryOptions {
  /** `ReduceTools.most`. */
  readonly most?: number
  /** Every task has a part of its own, however few there are. Default: false. */
  readonly apart?: boolean
  /** Draws jitter. Default: the middle. */
  readonly random?: () => number
  /** Sees every step before it is carried out. */
  readonly onStep?: (step: SeenStep) => void
}

/** A step about to be carried out. */
export interface SeenStep {
  readonly instance: MemoryInstance
  readonly done: Extract<Reduced, { kind: 'done' }>
  /** Rounds of loading it took. */
  readonly rounds: number
}

/** Everything a workflow engine and its store do, in memory and one move at a time: for tests of the machine. */
export class MemoryWorkflows {
  readonly instances: Map<string, MemoryInstance> = new Map()
  readonly jobs: Map<string, MemoryJob> = new Map()
  /** Events of all instances, in order, with the instance each belongs to. */
  readonly events: {
    readonly id: string
    readonly type: string
    readonly error?: string
    readonly jobId?: string
  }[] = []
  now = 1_000_000
  readonly #options: MemoryOptions
  #ids = 0

  constructor(options: MemoryOptions = {}) {
    this.#options = options
  }

  /** Starts a workflow; its first message is not received yet. */
  start(definition: WorkflowDefinition, more: Partial<NewInstance> = {}): MemoryInstance {
    const id = this.#newId()
    const state = JSON.stringify(initialState(definition))
    return this.#create({
      id,
      kind: 'workflow',
      name: definition.name,
      definition: { hash: 'h', text: JSON.stringify(definition) },
      state,
      ...more,
    })
  }

  /** Puts a message into a mailbox, as `send` does. Says whether it was recorded. */
  send({ to, message, allowed, becomes, event }: Sending): boolean {
    const instance = this.instances.get(to)
    if (instance === undefined || !allowed.includes(instance.head.status)) return false
    if (becomes !== undefined) this.#become(instance, becomes)
    if (event !== undefined) this.events.push({ id: to, type: event })
    if (message.kind === 'signal') {
      const { id, name, payload } = message
      instance.signals.push({ id, name, sentAt: this.now, ...(payload !== undefined && { payload }) })
    }
    instance.mail.push({ ...message, at: this.now })
    return true
  }

  /** Receives, reduces and commits the oldest messages of an instance. */
  receive(instance: MemoryInstance, most = 200): Step {
    const messages = instance.mail.slice(0, most)
    const { done, rounds } = this.reduce(instance, messages)
    this.#options.onStep?.({ instance, done, rounds })
    instance.mail.splice(0, messages.length)
    this.#commit(instance, done.commit)
    return done.commit
  }

  /** Reduces messages with as many rounds of loading as it takes; nothing is carried out. */
  reduce(instance: MemoryInstance, messages: readonly Mail[]): Pick<SeenStep, 'done' | 'rounds'> {
    const loaded = new Loaded(this, instance)
    for (let rounds = 0; rounds < 1_000; rounds++) {
      const { most, random = () => 0.5 } = this.#options
      const tools = { now: this.now, newId: () => this.#newId(), random, ...(most !== undefined && { most }) }
      const reduced = reduceMail(loaded.known, messages, tools)
      if (reduced.kind === 'done') return { done: reduced, rounds }
      loaded.load(reduced.needs)
    }
    throw new Error('it needs more and more')
  }

  /** Ends a job and tells its instance; one that was cancelled meanwhile ends so. */
  endJob(job: MemoryJob, end: JobEnd): void {
    if (job.status !== 'open') throw new Error('it has ended')
    const asked =
      job.cancelReason === undefined ? end : { status: 'cancelled' as const, error: job.cancelReason }
    job.status = asked.status ?? 'completed'
    if (asked.output !== undefined) job.output = asked.output
    this.instances.get(job.workflowId)?.mail.push({
      kind: 'jobEnded',
      jobId: job.id,
      task: job.workflowTask,
      status: job.status,
      ...asked,
      at: this.now,
    })
  }

  /** The moment the next timer is due, if there is one. */
  nextTimer(): number | undefined {
    const due = [...this.instances.values()].flatMap(({ timers }) => [...timers.values()])
    return due.length === 0 ? undefined : Math.min(...due)
  }

  /** Lets time pass, and tells instances of their timers. */
  passTo(time: number): void {
    this.now = Math.max(this.now, time)
    for (const { timers, mail } of this.instances.values()) {
      for (const [name, dueAt] of [...timers].sort((a, b) => a[1] - b[1])) {
        if (dueAt > this.now) continue
        timers.delete(name)
        mail.push({ kind: 'timerDue', name, dueAt, at: this.now })
      }
    }
  }

  #become(instance: MemoryInstance, status: WorkflowStatus): void {
    const { completedAt: _, output: __, error: ___, ...head } = instance.head
    instance.head = { ...head, status, version: head.version + 1 }
  }

  #create(draft: NewInstance): MemoryInstance {
    const definition = JSON.parse(draft.definition.text) as WorkflowDefinition
    const { id, kind, name, input, parent, continuedFrom } = draft
    const { state, begins } = this.#options.apart ? apart(draft, definition) : draft
    const instance: MemoryInstance = {
      head: {
        id,
        kind,
        name,
        state,
        status: 'running',
        version: 1,
        size: 0,
        definitionHash: draft.definition.hash,
        createdAt: this.now,
        updatedAt: this.now,
        ...(input !== undefined && { input }),
        ...(parent !== undefined && { parent }),
        ...(continuedFrom !== undefined && { continuedFrom }),
      },
      definition,
      graph: compileWorkflow(definition),
      parts: new Map(),
      marks: new Map(),
      mail: begins === undefined ? [{ kind: 'started', at: this.now }] : [],
      timers: new Map(),
      signals:
        continuedFrom === undefined ? [] : (this.instances.get(continuedFrom)?.signals.splice(0) ?? []),
    }
    this.instances.set(id, instance)
    if (begins !== undefined) this.#begin(instance, begins)
    return instance
  }

  #begin(instance: MemoryInstance, jobs: readonly WorkflowMember[]): void {
    this.#noteHeld(instance)
    for (const job of jobs) {
      this.jobs.set(job.id, { ...job, status: 'open' })
      this.events.push({ id: instance.head.id, type: 'workflow.task.dispatched', jobId: job.id })
    }
  }

  #noteHeld(instance: MemoryInstance): void {
    const { head, graph } = instance
    noteHeld({ head, graph, state: JSON.parse(head.state) as WorkflowState }, heldIn(instance))
  }

  #commit(instance: MemoryInstance, commit: Step): void {
    const { head } = instance
    const isOver = head.completedAt !== undefined
    const ends = !isOver && ['completed', 'failed', 'cancelled', 'continued'].includes(commit.status)
    instance.head = {
      ...head,
      version: head.version + 1,
      state: commit.state,
      ...(!isOver && { status: commit.status }),
      ...(ends && { completedAt: this.now }),
      ...(ends && commit.output !== undefined && { output: commit.output }),
      ...(ends && commit.error !== undefined && { error: commit.error }),
      ...(ends && commit.continuedTo !== undefined && { continuedTo: commit.continuedTo }),
    }
    this.#write(instance, commit)
    this.#noteHeld(instance)
    for (const job of commit.enqueue as readonly WorkflowMember[]) {
      this.jobs.set(job.id, { ...job, status: 'open' })
    }
    for (const { id, reason } of commit.cancel) this.#cancel(id, reason)
    for (const { name, dueAt } of commit.timers) {
      if (dueAt === undefined) instance.timers.delete(name)
      else instance.timers.set(name, dueAt)
    }
    if (ends) instance.timers.clear()
    for (const id of commit.acknowledge) this.#acknowledge(instance, id)
    for (const created of commit.create) this.#create(created)
    for (const sending of commit.send) this.send(sending)
    for (const event of commit.events) this.events.push({ id: head.id, ...event })
  }

  #write({ parts, marks: sets }: MemoryInstance, commit: Step): void {
    for (const { name, text, marks = {} } of commit.parts) {
      if (text === undefined) parts.delete(name)
      else parts.set(name, JSON.parse(text) as TaskPart | HookPart)
      for (const [set, order] of Object.entries(marks)) {
        const names = sets.get(set) ?? new Map<string, number>()
        if (order === null) names.delete(name)
        else names.set(name, order)
        sets.set(set, names)
      }
    }
  }

  #cancel(id: string, reason = 'cancelled'): void {
    const job = this.jobs.get(id)
    if (job?.status === 'open') job.cancelReason ??= reason
  }

  #acknowledge({ signals }: MemoryInstance, id: string): void {
    const place = signals.findIndex((signal) => signal.id === id)
    if (place === -1) throw new Error(`signal ${id} is not pending`)
    signals.splice(place, 1)
  }

  #newId(): string {
    return `id${String(++this.#ids).padStart(18, '0')}`
  }
}

/** Every task has a part of its own, so an engine begins it. */
function apart(
  { state }: NewInstance,
  definition: WorkflowDefinition,
): Pick<NewInstance, 'state' | 'begins'> {
  const { depth } = JSON.parse(state) as WorkflowState
  const { tasks: _, ...rest } = initialState(definition, depth)
  return { state: JSON.stringify(rest) }
}

/** Where tests look for the states of tasks, those that the head holds included. */
function heldIn({ parts }: MemoryInstance): { set(name: string, part: TaskPart | null): void } {
  return {
    set(name, part) {
      if (part === null) parts.delete(name)
      else parts.set(name, part)
    },
  }
}

/** What has been loaded of an instance for one reduction. */
class Loaded {
  readonly known: Known
  readonly #world: MemoryWorkflows
  readonly #instance: MemoryInstance
  readonly #parts = new Map<string, TaskPart | HookPart | null>()
  readonly #outputs = new Map<string, JsonText | null>()
  readonly #marked = new Map<string, { names: readonly string[]; total: number }>()
  readonly #signals = new Map<string, readonly PendingSignal[]>()

  constructor(world: MemoryWorkflows, instance: MemoryInstance) {
    this.#world = world
    this.#instance = instance
    this.known = {
      head: instance.head,
      graph: instance.graph,
      state: JSON.parse(instance.head.state) as WorkflowState,
      parts: this.#parts,
      outputs: this.#outputs,
      marked: this.#marked,
      signals: this.#signals,
    }
    noteHeld(this.known, this.#parts)
  }

  load({ parts, outputs, marked, signals }: Needs): void {
    const { parts: stored, marks, signals: pending } = this.#instance
    for (const name of parts) this.#parts.set(name, stored.get(name) ?? null)
    for (const task of outputs) this.#outputs.set(task, this.#outputOf(task) ?? null)
    for (const range of marked) {
      const all = [...(marks.get(range.set) ?? [])].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1))
      const names = all.slice(range.offset, range.offset + range.limit).map(([name]) => name)
      this.#marked.set(markedKey(range), { names, total: all.length })
    }
    for (const name of signals) {
      this.#signals.set(name, pending.filter((signal) => signal.name === name).slice(0, SIGNALS_LOADED))
    }
  }

  #outputOf(task: string): JsonText | undefined {
    const part = this.#instance.parts.get(`t:${task}`) as TaskPart | undefined
    if (part?.jobId !== undefined) return this.#world.jobs.get(part.jobId)?.output
    return part?.childId === undefined ? undefined : this.#world.instances.get(part.childId)?.head.output
  }
}
