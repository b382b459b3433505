import { createTickBatcher } from '@dureq/runtime'
import type { InstanceKind, InstanceMessage, RemoveOutcome, Sending, SendOutcome } from '@dureq/types'
import { type ClientCore, MAX_ITEMS } from './core.ts'
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
  /** Removes an ended instance. */
  remove(id: string): Promise<RemoveOutcome>
}

/** A call holds the store up for as long as it takes, so it is cut at about 4 MiB of payload. */
const MAX_PAYLOAD_UNITS = 4 * 1024 * 1024

/** The way to give orders to the instances of one kind; one of another kind is `unknown`. */
export function createInstanceOrders(
  { store, caller, instances }: Pick<ClientCore, 'store' | 'caller' | 'instances'>,
  kind: InstanceKind,
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
  return {
    async send(id, order) {
      if (!(await instances.kinds.isOf(kind, id))) return { id, outcome: { kind: 'unknown' } }
      for (let to = id; ; ) {
        const outcome = replyOf(await sends.add({ to, ...order }))
        if (outcome.kind !== 'refused' || outcome.continuedTo === undefined) return { id: to, outcome }
        to = outcome.continuedTo
      }
    },
    remove: async (id) =>
      (await instances.kinds.isOf(kind, id)) ? await removals.add(id) : { kind: 'unknown' },
  }
}

function payloadSize(message: InstanceMessage): number {
  return message.kind === 'signal' ? (message.payload?.length ?? 0) : 0
}
