import { InvalidWorkflowStatusError, WorkflowNotFoundError } from '@dureq/types'
import type { ClientCore } from './core.ts'
import { createInstanceOrders, type InstanceOrder, type InstanceOrders } from './instance-orders.ts'

/** The way to give orders to the workflows of a store. */
export function createWorkflowOrders(
  core: Pick<ClientCore, 'store' | 'caller' | 'instances'>,
): InstanceOrders {
  const refusals = {
    unknown: (id: string) => new WorkflowNotFoundError(id),
    refused: (...refusal: ConstructorParameters<typeof InvalidWorkflowStatusError>) =>
      new InvalidWorkflowStatusError(...refusal),
  }
  return createInstanceOrders(core, { kind: 'workflow', refusals })
}

/** The orders whose form never changes. */
export const workflowOrders: Readonly<Record<'suspend' | 'resume' | 'retry', InstanceOrder>> = {
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
