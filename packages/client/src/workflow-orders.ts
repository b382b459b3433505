import {
  InvalidWorkflowStatusError,
  OwnedWorkflowError,
  type RemoveOutcome,
  WorkflowNotFoundError,
  type WorkflowStatus,
} from '@dureq/types'
import type { ClientCore } from './core.ts'
import { createInstanceOrders, type InstanceOrder, type OrderOutcome } from './instance-orders.ts'

/** An order to a workflow. */
export type WorkflowOrder = InstanceOrder

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

/** The way to give orders to the workflows of a store. */
export function createWorkflowOrders(
  core: Pick<ClientCore, 'store' | 'caller' | 'instances'>,
): WorkflowOrders {
  const { send, remove } = createInstanceOrders(core, 'workflow')
  return {
    send,
    mustSend: async (id, verb, order) => check(await send(id, order), verb),
    mustRemove: async (id) => checkRemoval(id, await remove(id)),
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
