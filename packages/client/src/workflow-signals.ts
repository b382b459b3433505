import {
  type Actor,
  checkKnown,
  checkName,
  DuplicateSignalError,
  Faults,
  type InstanceMessage,
  isPlainObject,
  MAX_PENDING_SIGNALS,
  SignalsFullError,
  toJsonText,
  WorkflowEndedError,
  WorkflowNotFoundError,
} from '@dureq/types'
import type { ClientCore } from './core.ts'
import type { OrderOutcome } from './instance-orders.ts'
import { type InstanceOrders, openStatuses } from './instance-orders.ts'
import type { OrderOptions } from './order-options.ts'

/** What may be said about a signal besides. */
export interface SignalOptions extends OrderOptions {
  /** Recorded once: a second signal with this key is refused for 30 days. At most 512 characters. */
  readonly dedupeKey?: string
}

/** The signals of a workflow that neither a `wait` task nor a handler has dealt with. */
export interface PendingSignals {
  readonly pendingCount: number
  /** How long the oldest has been waiting, in milliseconds; 0 when none is. */
  readonly oldestUnackedAgeMs: number
}

/** A signal to be sent. */
export interface SignalDraft extends Pick<SignalOptions, 'dedupeKey'> {
  readonly name: string
  /** Any JSON; absent: a signal without payload. */
  readonly payload?: unknown
}

/**
 * The message that carries a signal.
 *
 * @throws ValidationError naming every fault; SizeLimitError when the size of the payload is the only one.
 */
export function draftSignal(
  { name, payload, dedupeKey }: SignalDraft,
  { store, newId }: Pick<ClientCore, 'store' | 'newId'>,
): InstanceMessage & { readonly kind: 'signal' } {
  const faults = new Faults()
  checkName('signal', name, 'name', faults)
  if (dedupeKey !== undefined) checkName('uniqueKey', dedupeKey, 'dedupeKey', faults)
  const write = (): string => toJsonText(payload, 'payload', store.limits.payload)
  if (faults.found.length > 0) faults.attempt(() => payload !== undefined && write())
  faults.throwIfAny()
  return {
    kind: 'signal',
    id: newId(),
    name,
    ...(payload === undefined ? {} : { payload: write() }),
    ...(dedupeKey === undefined ? {} : { dedupeKey }),
  }
}

/** The options of a signal, checked as far as they are no part of the message. */
export function readSignalOptions(options: SignalOptions): SignalOptions {
  const faults = new Faults()
  if (isPlainObject(options)) checkKnown(options, ['dedupeKey', 'by'], '', faults)
  else faults.add('options', 'must be an object')
  faults.throwIfAny()
  return options
}

/** Sends a signal; resolves when it is recorded. */
export async function sendSignal(
  orders: InstanceOrders,
  id: string,
  signal: { readonly message: InstanceMessage & { readonly kind: 'signal' }; readonly by?: Actor },
): Promise<void> {
  const order = { ...signal, allowed: openStatuses, event: 'workflow.signal.received' } as const
  checkSignalled(await orders.send(id, order), signal.message.dedupeKey)
}

function checkSignalled({ id, outcome }: OrderOutcome, dedupeKey: string = ''): void {
  switch (outcome.kind) {
    case 'recorded':
      return
    case 'unknown':
      throw new WorkflowNotFoundError(id)
    case 'refused':
      throw new WorkflowEndedError(id, outcome.status)
    case 'duplicate':
      throw new DuplicateSignalError(id, dedupeKey)
    case 'full':
      throw new SignalsFullError(id, MAX_PENDING_SIGNALS)
  }
}
