import {
  BatchCancelledError,
  type BatchCounts,
  BatchFailedError,
  BatchNotFoundError,
  countBatch,
  type InstanceHead,
  isTerminalWorkflowStatus,
  ResultNotKeptError,
} from '@dureq/types'
import { awaitEnd, type Look, type WaitingCore, type WaitOptions } from '../await-end.ts'
import type { BatchReader } from './batch-reader.ts'
import { stateOf } from './batch-view.ts'

/** Waits for the end of a batch; resolves to its counters. */
export async function awaitBatch(
  core: WaitingCore,
  reader: Pick<BatchReader, 'head'>,
  { id, ...options }: WaitOptions & { readonly id: string },
): Promise<BatchCounts> {
  const look = async (at: string): Promise<Look<InstanceHead>> => lookAt(await reader.head(at))
  return countsOf(await awaitEnd(core, { id, look, missing }, options))
}

function lookAt(head: InstanceHead | undefined): Look<InstanceHead> {
  if (head === undefined) return { kind: 'gone' }
  return isTerminalWorkflowStatus(head.status) ? { kind: 'ended', end: head } : { kind: 'open' }
}

function missing(id: string, seen: boolean): Error {
  return seen ? new ResultNotKeptError(id) : new BatchNotFoundError(id)
}

function countsOf(head: InstanceHead): BatchCounts {
  const { id, status, error, size } = head
  const counts = countBatch(stateOf(head), size)
  if (status === 'failed') throw new BatchFailedError(id, { reason: error ?? status, counts })
  if (status === 'cancelled') throw new BatchCancelledError(id, { reason: error ?? status, counts })
  return counts
}
