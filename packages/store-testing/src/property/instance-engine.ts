import {
  type InstanceCommit,
  type InstanceHead,
  type InstanceMessage,
  isTerminalWorkflowStatus,
  type Mail,
  type MailBag,
  type MemberJob,
  type NewInstance,
  type PartWrite,
  type PendingSignal,
  type Sending,
  type TimerWrite,
  type WorkflowStatus,
} from '@dureq/types'
import { commitOf, sending } from '../fixtures/instances.ts'
import { homeOf, newInstance, newMember } from '../fixtures/new-instance.ts'

/** One thing a workflow of a history does; at most `WIDTH` at a time, in order. */
export type PlanStep =
  | { readonly do: 'job'; readonly attempts: number }
  | { readonly do: 'timer'; readonly ms: number }
  | { readonly do: 'child'; readonly steps: readonly PlanStep[] }
  /** A message to itself. */
  | { readonly do: 'proceed' }
  /** The rest is done by a successor. */
  | { readonly do: 'continue' }

/** What an engine of the histories keeps in the head. */
export interface EngineState {
  /** The step to begin next. */
  readonly next: number
  /** What is under way. */
  readonly jobs: readonly string[]
  readonly children: readonly string[]
  readonly timers: readonly string[]
  readonly proceeds: number
  readonly cancelled: boolean
  /** Every message ever consumed, in order. */
  readonly seen: readonly SeenMail[]
  /** Every signal ever acknowledged by a commit. */
  readonly acknowledged: readonly string[]
}

/** A message that was consumed, by its label. */
export interface SeenMail {
  readonly label: string
  readonly at: number
}

/** What an engine decides from. */
export interface Received {
  readonly bag: MailBag
  readonly pending: readonly PendingSignal[]
  readonly now: number
}

/** Steps under way at a time. */
const WIDTH = 2

/** What an instance starts with. */
export function planned(steps: readonly PlanStep[]): Pick<NewInstance, 'input' | 'state'> {
  const state: EngineState = {
    next: 0,
    jobs: [],
    children: [],
    timers: [],
    proceeds: 0,
    cancelled: false,
    seen: [],
    acknowledged: [],
  }
  return { input: JSON.stringify(steps), state: JSON.stringify(state) }
}

/** What is kept in a head. */
export function stateOf(head: InstanceHead): EngineState {
  return JSON.parse(head.state) as EngineState
}

/** A text that no other message of the instance has. */
export function labelOf(message: InstanceMessage): string {
  switch (message.kind) {
    case 'jobEnded':
      return `jobEnded ${message.jobId}`
    case 'childEnded':
    case 'childContinued':
    case 'childRetried':
      return `${message.kind} ${message.childId}`
    case 'timerDue':
      return `timerDue ${message.name} ${message.dueAt}`
    case 'signal':
      return `signal ${message.id}`
    case 'cancel':
      return `cancel ${message.reason}`
    case 'started':
    case 'suspend':
    case 'resume':
    case 'retry':
    case 'appended':
    case 'cut':
    case 'proceed':
      return message.kind
  }
}

/** Decides what follows from the mail of one instance. */
export function decide(received: Received): InstanceCommit {
  const { bag, pending, now } = received
  const step = new EngineStep(bag.head, now)
  for (const mail of bag.messages) step.consume(mail)
  if (!isTerminalWorkflowStatus(bag.head.status)) {
    step.acknowledge(pending.map(({ id }) => id))
    step.goOn()
  }
  return step.commit(bag.messages.length)
}

/** One step of one instance, as it is being decided. */
class EngineStep {
  readonly #head: InstanceHead
  readonly #now: number
  readonly #steps: readonly PlanStep[]
  #state: EngineState
  #status: WorkflowStatus
  #continuedTo: string | undefined
  readonly #parts: PartWrite[] = []
  readonly #enqueue: MemberJob[] = []
  readonly #cancel: { readonly id: string }[] = []
  readonly #create: NewInstance[] = []
  readonly #send: Sending[] = []
  readonly #timers: TimerWrite[] = []
  #acknowledge: readonly string[] = []

  constructor(head: InstanceHead, now: number) {
    this.#head = head
    this.#now = now
    this.#steps = JSON.parse(head.input ?? '[]') as PlanStep[]
    this.#state = stateOf(head)
    this.#status = head.status
  }

  consume(mail: Mail): void {
    const label = labelOf(mail)
    const place = this.#state.seen.length
    this.#change({ seen: [...this.#state.seen, { label, at: mail.at }] })
    this.#parts.push({ name: `m${place}`, text: JSON.stringify(label), marks: { seen: place } })
    const { jobs, children, timers, proceeds } = this.#state
    switch (mail.kind) {
      case 'jobEnded':
        return this.#change({ jobs: without(jobs, mail.jobId) })
      case 'childEnded':
        return this.#change({ children: without(children, mail.childId) })
      case 'childContinued':
        return this.#change({ children: [...without(children, mail.childId), mail.continuedTo] })
      case 'timerDue':
        return this.#change({ timers: without(timers, mail.name) })
      case 'proceed':
        return this.#change({ proceeds: proceeds - 1 })
      case 'cancel':
        return this.#stop()
      case 'started':
      case 'childRetried':
      case 'signal':
      case 'suspend':
      case 'resume':
      case 'retry':
      case 'appended':
      case 'cut':
        return
    }
  }

  acknowledge(ids: readonly string[]): void {
    this.#acknowledge = ids
    this.#change({ acknowledged: [...this.#state.acknowledged, ...ids] })
  }

  /** Begins what can begin, or ends. */
  goOn(): void {
    if (this.#status !== 'running') return
    while (!this.#state.cancelled && this.#open() < WIDTH) {
      const step = this.#steps[this.#state.next]
      if (step === undefined || (step.do === 'continue' && this.#open() > 0)) break
      this.#change({ next: this.#state.next + 1 })
      if (step.do === 'continue') return this.#continue()
      this.#begin(step)
    }
    if (this.#open() === 0) this.#end(this.#state.cancelled ? 'cancelled' : 'completed')
  }

  commit(consumed: number): InstanceCommit {
    return commitOf(this.#head, {
      consumed,
      status: this.#status,
      state: JSON.stringify(this.#state),
      ...(this.#continuedTo === undefined ? {} : { continuedTo: this.#continuedTo }),
      parts: this.#parts,
      enqueue: this.#enqueue,
      cancel: this.#cancel,
      create: this.#create,
      send: this.#send,
      timers: this.#timers,
      acknowledge: this.#acknowledge,
    })
  }

  #change(change: Partial<EngineState>): void {
    this.#state = { ...this.#state, ...change }
  }

  #open(): number {
    const { jobs, children, timers, proceeds } = this.#state
    return jobs.length + children.length + timers.length + proceeds
  }

  #begin(step: Exclude<PlanStep, { readonly do: 'continue' }>): void {
    const { id } = this.#head
    const { jobs, children, timers, proceeds, next } = this.#state
    switch (step.do) {
      case 'job': {
        const job = newMember(this.#head, { workflowTask: `s${next}`, dlqAfter: step.attempts })
        this.#enqueue.push(job)
        return this.#change({ jobs: [...jobs, homeOf(id, job.id)] })
      }
      case 'timer': {
        const name = `s${next}`
        this.#timers.push({ name, dueAt: this.#now + step.ms })
        return this.#change({ timers: [...timers, name] })
      }
      case 'child': {
        const child = newInstance({ ...planned(step.steps), name: 'child', parent: { id, task: `s${next}` } })
        this.#create.push(child)
        return this.#change({ children: [...children, homeOf(id, child.id)] })
      }
      case 'proceed':
        this.#send.push(sending(id, { kind: 'proceed' }))
        return this.#change({ proceeds: proceeds + 1 })
    }
  }

  /** Nothing new begins, and what is under way is told to end. */
  #stop(): void {
    if (this.#state.cancelled || isTerminalWorkflowStatus(this.#status)) return
    const { jobs, children, timers } = this.#state
    this.#cancel.push(...jobs.map((id) => ({ id })))
    for (const child of children) {
      this.#send.push(sending(child, { kind: 'cancel', reason: `of ${this.#head.id}` }))
    }
    this.#timers.push(...timers.map((name) => ({ name })))
    this.#change({ cancelled: true, timers: [] })
  }

  #continue(): void {
    const { id, name, parent } = this.#head
    const rest = planned(this.#steps.slice(this.#state.next))
    const successor = newInstance({ ...rest, name, continuedFrom: id, ...(parent && { parent }) })
    const continuedTo = homeOf(id, successor.id)
    this.#create.push(successor)
    this.#status = 'continued'
    this.#continuedTo = continuedTo
    if (parent === undefined) return
    const message = { kind: 'childContinued', childId: id, task: parent.task, continuedTo } as const
    this.#send.push(sending(parent.id, message))
  }

  #end(status: 'completed' | 'cancelled'): void {
    const { id, parent } = this.#head
    this.#status = status
    if (parent === undefined) return
    this.#send.push(sending(parent.id, { kind: 'childEnded', childId: id, task: parent.task, status }))
  }
}

function without(texts: readonly string[], text: string): readonly string[] {
  return texts.filter((each) => each !== text)
}
