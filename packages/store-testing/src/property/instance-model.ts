import {
  type CommitOutcome,
  type InstanceCommit,
  isTerminalWorkflowStatus,
  type NewInstance,
  type ParentLink,
  type Sending,
  type SendOutcome,
  type WorkflowStatus,
} from '@dureq/types'
import { homeOf } from '../fixtures/new-instance.ts'
import { labelOf } from './instance-engine.ts'

/** What the model knows of one instance. */
export interface ModelInstance {
  readonly id: string
  readonly name: string
  readonly parent: ParentLink | undefined
  readonly continuedFrom: string | undefined
  status: WorkflowStatus
  version: number
  continuedTo: string | undefined
  /** Labels of all messages it was ever sent by somebody (not by a job or a timer), in order. */
  readonly sent: string[]
  /** Timers that are set: name -> due. One that was due may still be in here. */
  readonly timers: Map<string, number>
  /** Every timer ever set, by its label. */
  readonly everySet: Set<string>
  /** Ids of signals neither consumed nor acknowledged, in order. */
  pending: string[]
  dedupeKeys: Set<string>
}

/** Instances as a naive reading of the port has them. It neither knows jobs' ends nor time: these are looked up. */
export class InstanceModel {
  readonly instances: Map<string, ModelInstance> = new Map()
  /** Member job -> its instance. */
  readonly members: Map<string, string> = new Map()
  /** Signals that were recorded and by now are consumed or acknowledged. */
  readonly settledSignals: string[] = []

  create(id: string, draft: NewInstance): void {
    const before = this.#find(draft.continuedFrom)
    this.instances.set(id, {
      id,
      name: draft.name,
      parent: draft.parent,
      continuedFrom: draft.continuedFrom,
      status: 'running',
      version: 1,
      continuedTo: undefined,
      sent: ['started'],
      timers: new Map(),
      everySet: new Set(),
      pending: before?.pending ?? [],
      dedupeKeys: new Set(before?.dedupeKeys),
    })
    if (before !== undefined) before.pending = []
  }

  send({ to, message, allowed, becomes }: Sending): SendOutcome {
    const receiver = this.#find(to)
    if (receiver === undefined) return { kind: 'unknown' }
    const { status, continuedTo } = receiver
    if (!allowed.includes(status)) {
      return { kind: 'refused', status, ...(continuedTo === undefined ? {} : { continuedTo }) }
    }
    if (message.kind === 'signal') {
      const { id, dedupeKey } = message
      if (dedupeKey !== undefined && receiver.dedupeKeys.has(dedupeKey)) return { kind: 'duplicate' }
      if (dedupeKey !== undefined) receiver.dedupeKeys.add(dedupeKey)
      receiver.pending.push(id)
    }
    receiver.sent.push(labelOf(message))
    if (becomes !== undefined) {
      receiver.status = becomes
      receiver.version++
    }
    return { kind: 'recorded' }
  }

  acknowledge(id: string, signalIds: readonly string[]): readonly boolean[] {
    const instance = this.#find(id)
    return signalIds.map((signalId) => {
      if (instance?.pending.includes(signalId) !== true) return false
      instance.pending = instance.pending.filter((each) => each !== signalId)
      this.settledSignals.push(signalId)
      return true
    })
  }

  commit(order: InstanceCommit): CommitOutcome {
    const instance = this.#find(order.id)
    if (instance === undefined) return 'unknown'
    const stale = instance.version !== order.version
    if (stale || order.acknowledge.some((id) => !instance.pending.includes(id))) return 'conflict'
    instance.version++
    this.acknowledge(order.id, order.acknowledge)
    if (!isTerminalWorkflowStatus(instance.status)) {
      instance.status = order.status
      instance.continuedTo = order.continuedTo
    }
    for (const { id } of order.enqueue) this.members.set(homeOf(order.id, id), order.id)
    for (const draft of order.create) this.create(homeOf(order.id, draft.id), draft)
    for (const each of order.send) this.send(each)
    for (const { name, dueAt } of order.timers) this.#setTimer(instance, name, dueAt)
    if (isTerminalWorkflowStatus(instance.status)) instance.timers.clear()
    return 'committed'
  }

  #setTimer(instance: ModelInstance, name: string, dueAt: number | undefined): void {
    instance.timers.delete(name)
    if (dueAt === undefined) return
    instance.timers.set(name, dueAt)
    instance.everySet.add(labelOf({ kind: 'timerDue', name, dueAt }))
  }

  #find(id: string | undefined): ModelInstance | undefined {
    return id === undefined ? undefined : this.instances.get(id)
  }
}
