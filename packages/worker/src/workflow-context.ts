import type { Caller } from '@dureq/runtime'
import {
  checkName,
  Faults,
  type JsonValue,
  type LeasedTask,
  type PendingSignal,
  type Store,
  type WorkflowContext,
  type WorkflowSignal,
  type WorkflowSignals,
} from '@dureq/types'

/** Where the contexts of one node read and acknowledge signals. */
export interface SignalSource {
  readonly store: Pick<Store, 'mailboxes'>
  readonly caller: Caller
}

/** What a handler is told of the workflow it works for; its input is parsed when it is asked for. */
export function createWorkflowContext(leased: LeasedTask, source: SignalSource): WorkflowContext {
  return new LeasedWorkflow(leased, source)
}

/** Signals one `read` gives. */
const MOST_SIGNALS = 1_000

class LeasedWorkflow implements WorkflowContext {
  readonly id: string
  readonly name: string
  readonly task: string
  readonly signals: WorkflowSignals
  readonly #text: string | undefined
  #input: JsonValue | undefined

  constructor({ id, name, task, input }: LeasedTask, source: SignalSource) {
    this.id = id
    this.name = name
    this.task = task
    this.#text = input
    this.signals = createSignals(id, source)
  }

  get input(): JsonValue | undefined {
    if (this.#input === undefined && this.#text !== undefined) this.#input = JSON.parse(this.#text)
    return this.#input
  }
}

function createSignals(id: string, { store, caller }: SignalSource): WorkflowSignals {
  return {
    async read(name) {
      checkSignalName(name)
      const filter = { limit: MOST_SIGNALS, ...(name === undefined ? {} : { name }) }
      const pending = await store.mailboxes.signals(id, filter)
      return pending.map((signal) => signalOf(id, signal))
    },
    async acknowledge(ids) {
      checkSignalIds(ids)
      if (ids.length === 0) return 0
      const wasPending = await caller.call((key) => store.mailboxes.acknowledge(key, id, ids))
      return wasPending.filter(Boolean).length
    },
  }
}

function signalOf(workflowId: string, { payload, ...signal }: PendingSignal): WorkflowSignal {
  const read = { ...signal, workflowId }
  return payload === undefined ? read : { ...read, payload: JSON.parse(payload) as JsonValue }
}

function checkSignalName(name: string | undefined): void {
  const faults = new Faults()
  if (name !== undefined) checkName('signal', name, 'name', faults)
  faults.throwIfAny()
}

function checkSignalIds(ids: readonly string[]): void {
  const faults = new Faults()
  if (!Array.isArray(ids)) faults.add('ids', 'must be a list of ids of signals')
  else
    ids.forEach((id: unknown, i) => {
      if (typeof id !== 'string') faults.add(`ids[${i}]`, 'must be the id of a signal')
    })
  faults.throwIfAny()
}
