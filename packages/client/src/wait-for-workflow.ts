import {
  type InstanceHead,
  isTerminalWorkflowStatus,
  ResultNotKeptError,
  WorkflowCancelledError,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@dureq/types'
import { awaitEnd, type Look, type WaitingCore, type WaitOptions } from './await-end.ts'
import type { ClientCore } from './core.ts'
import { newestOf } from './newest-of.ts'
import type { WorkflowReader } from './workflow-reader.ts'

/** Waits for the end of a workflow, and of those it goes on as; resolves to the output of the last one. */
export async function awaitWorkflow<Output>(
  core: WaitingCore & Pick<ClientCore, 'store'>,
  reader: Pick<WorkflowReader, 'head'>,
  { id, ...options }: WaitOptions & { readonly id: string },
): Promise<Output> {
  const look = async (at: string): Promise<Look<InstanceHead>> => {
    const found = lookAt(await reader.head(at))
    return found.kind === 'continued' ? { ...found, as: await newestOf(core.store, found.as) } : found
  }
  return outputOf<Output>(await awaitEnd(core, { id, look, missing }, options))
}

function lookAt(head: InstanceHead | undefined): Look<InstanceHead> {
  if (head === undefined) return { kind: 'gone' }
  if (head.continuedTo !== undefined) return { kind: 'continued', as: head.continuedTo }
  return isTerminalWorkflowStatus(head.status) ? { kind: 'ended', end: head } : { kind: 'open' }
}

function missing(id: string, seen: boolean): Error {
  return seen ? new ResultNotKeptError(id) : new WorkflowNotFoundError(id)
}

function outputOf<Output>({ id, status, output, error }: InstanceHead): Output {
  if (status === 'failed') throw new WorkflowFailedError(id, error ?? status)
  if (status === 'cancelled') throw new WorkflowCancelledError(id, error ?? status)
  return (output === undefined ? undefined : JSON.parse(output)) as Output
}
