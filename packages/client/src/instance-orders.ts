import { createTickBatcher } from '@dureq/runtime'
import {
  type InstanceKind,
  type InstanceMessage,
  OwnedWorkflowError,
  type RemoveOutcome,
  type Sending,
  type SendOutcome,
  type WorkflowStatus,
} from '@dureq/types'
import { type ClientCore, MAX_ITEMS } from './core.ts'
import { newestOf } from './newest-of.ts'
import { cutIntoPieces, replyOf, sendPieces } from './pieces.ts'

/** An order to an instance: the message, and what the status of its receiver has to do with it. */
export type InstanceOrder = Omit<Sending, 'to'>

/** What became of an order, and which instance of a chain of continued ones it came to. */
export interface OrderOutcome {
  readonly id: string
  readonly outcome: SendOutcome
}

/** Gives orders to instances of one kind; those of one tick travel together, in order. */
export interface InstanceOrders {
  /** Sends to the instance or, if that goes on as another, to the newest one of the chain. */
  send(id: string, order: InstanceOrder): Promise<OrderOutcome>
  /**
   * Gives an order that must be recorded; `verb` says in the error what was not possible.
   *
   * @throws what `Refusals` make of the outcomes that say it was not.
   */
  mustSend(id: string, verb: string, order: InstanceOrder): Promise<void>
  /**
   * Removes an ended instance.
   *
   * @throws what `Refusals` make of the other outcomes, OwnedWorkflowError.
   */
  mustRemove(id: string): Promise<void>
}

/** The errors of one kind of instances. */
export interface Refusals {
  /** There is no such instance. */
  unknown(id: string): Error
  /** Its status does not allow it. */
  refused(id: string, status: WorkflowStatus, verb: string): Error
}

/** Statuses of instances that have not ended. */
export const openStatuses: readonly WorkflowStatus[] = ['pending', 'running', 'suspended']

/** A call holds the store up for as long as it takes, so it is cut at about 4 MiB of payload. */
const MAX_PAYLOAD_UNITS = 4 * 1024 * 1024

/** The way to give orders to the instances of one kind; one of another kind is `unknown`. */
export function createInstanceOrders(
  { store, caller, instances }: Pick<ClientCore, 'store' | 'caller' | 'instances'>,
  { kind, refusals }: { readonly kind: InstanceKind; readonly refusals: Refusals },
): InstanceOrders {
  const weigh = ({ message }: Sending): number => payloadSize(message)
  const limits = { maxItems: MAX_ITEMS, maxWeight: MAX_PAYLOAD_UNITS, weigh }
  const sends = createTickBatcher((messages: readonly Sending[]) =>
    sendPieces(cutIntoPieces(messages, limits), (piece) =>
      caller.call((key) => store.instances.send(key, piece)),
    ),
  )
  const removals = createTickBatcher(
    (ids: readonly string[]) => caller.call((key) => store.instances.remove(key, ids)),
    { maxItems: MAX_ITEMS },
  )
  const send = async (id: string, order: InstanceOrder): Promise<OrderOutcome> => {
    if (!(await instances.kinds.isOf(kind, id))) return { id, outcome: { kind: 'unknown' } }
    for (let to = id; ; ) {
      const outcome = replyOf(await sends.add({ to, ...order }))
      if (outcome.kind !== 'refused' || outcome.continuedTo === undefined) return { id: to, outcome }
      to = await newestOf(store, outcome.continuedTo)
    }
  }
  return {
    send,
    mustSend: async (id, verb, order) => check(await send(id, order), verb, refusals),
    async mustRemove(id) {
      if (!(await instances.kinds.isOf(kind, id))) throw refusals.unknown(id)
      checkRemoval(id, await removals.add(id), refusals)
    },
  }
}

function check({ id, outcome }: OrderOutcome, verb: string, refusals: Refusals): void {
  switch (outcome.kind) {
    case 'recorded':
      return
    case 'unknown':
      throw refusals.unknown(id)
    case 'refused':
      throw refusals.refused(id, outcome.status, verb)
    case 'duplicate':
    case 'full':
      throw new TypeError(`a ${verb} was answered like a signal: ${outcome.kind}`)
  }
}

function checkRemoval(id: string, outcome: RemoveOutcome, refusals: Refusals): void {
  switch (outcome.kind) {
    case 'done':
      return
    case 'unknown':
      throw refusals.unknown(id)
    case 'refused':
      throw refusals.refused(id, outcome.status, 'delete')
    case 'owned':
      throw new OwnedWorkflowError(outcome.ownerId)
  }
}

function payloadSize(message: InstanceMessage): number {
  return message.kind === 'signal' ? (message.payload?.length ?? 0) : 0
}
