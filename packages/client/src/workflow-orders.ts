import { createTickBatcher } from '@dureq/runtime'
import {
  type InstanceMessage,
  InvalidWorkflowStatusError,
  OwnedWorkflowError,
  type RemoveOutcome,
  type Sending,
  type SendOutcome,
  WorkflowNotFoundError,
  type WorkflowStatus,
} from '@dureq/types'
import { type ClientCore, MAX_ITEMS } from './core.ts'
import { cutIntoPieces, replyOf, sendPieces } from './pieces.ts'

/** An order to a workflow: the message, and what the status of its receiver has to do with it. */
export type WorkflowOrder = Omit<Sending, 'to'>

/** What became of an order, and which workflow of a chain of continued ones it came to. */
export interface OrderOutcome {
  readonly id: string
  readonly outcome: SendOutcome
}

/** Gives orders to workflows; those of one tick travel together, in order. */
export interface WorkflowOrders {
  /** Sends to the workflow or, if that goes on as another, to the newest one of the chain. */
  send(id: string, order: WorkflowOrder): Promise<OrderOutcome>
  /**
   * Gives an order that must be recorded; `verb` says in the error what was not possible.
   *
   * @throws WorkflowNotFoundError, InvalidWorkflowStatusError for the outcomes that say it was not.
   */
  mustSend(id: string, verb: string, order: WorkflowOrder): Promise<void>
  /**
   * Removes an ended workflow.
   *
   * @throws WorkflowNotFoundError, InvalidWorkflowStatusError, OwnedWorkflowError.
   */
  mustRemove(id: string): Promise<void>
}

/** A call holds the store up for as long as it takes, so it is cut at about 4 MiB of payload. */
const MAX_PAYLOAD_UNITS = 4 * 1024 * 1024

/** The way to give orders to the workflows of a store. */
export function createWorkflowOrders({
  store,
  caller,
}: Pick<ClientCore, 'store' | 'caller'>): WorkflowOrders {
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
  const send: WorkflowOrders['send'] = async (id, order) => {
    for (let to = id; ; ) {
      const outcome = replyOf(await sends.add({ to, ...order }))
      if (outcome.kind !== 'refused' || outcome.continuedTo === undefined) return { id: to, outcome }
      to = outcome.continuedTo
    }
  }
  return {
    send,
    mustSend: async (id, verb, order) => check(await send(id, order), verb),
    mustRemove: async (id) => checkRemoval(id, await removals.add(id)),
  }
}

/** Statuses of workflows that have not ended. */
export const openStatuses: readonly WorkflowStatus[] = ['pending', 'running', 'suspended']

/** The orders whose form never changes. */
export const workflowOrders: Readonly<Record<'suspend' | 'resume' | 'retry', WorkflowOrder>> = {
  suspend: {
    message: { kind: 'suspend' },
    allowed: ['running'],
    becomes: 'suspended',
    event: 'workflow.suspended',
  },
  resume: {
    message: { kind: 'resume' },
    allowed: ['suspended'],
    becomes: 'running',
    event: 'workflow.resumed',
  },
  retry: {
    message: { kind: 'retry' },
    allowed: ['failed', 'cancelled'],
    becomes: 'running',
    event: 'workflow.retrying',
  },
}

function payloadSize(message: InstanceMessage): number {
  return message.kind === 'signal' ? (message.payload?.length ?? 0) : 0
}

function check({ id, outcome }: OrderOutcome, verb: string): void {
  switch (outcome.kind) {
    case 'recorded':
      return
    case 'unknown':
      throw new WorkflowNotFoundError(id)
    case 'refused':
      throw new InvalidWorkflowStatusError(id, outcome.status, verb)
    case 'duplicate':
    case 'full':
      throw new TypeError(`a ${verb} was answered like a signal: ${outcome.kind}`)
  }
}

function checkRemoval(id: string, outcome: RemoveOutcome): void {
  switch (outcome.kind) {
    case 'done':
      return
    case 'unknown':
      throw new WorkflowNotFoundError(id)
    case 'refused':
      throw new InvalidWorkflowStatusError(id, outcome.status, 'delete')
    case 'owned':
      throw new OwnedWorkflowError(outcome.ownerId)
  }
}
