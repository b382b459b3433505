import { type HookPart, type TaskPart, type WorkflowGraph, type WorkflowState } from '@dureq/dag'
import type { KnownParts, OpenCase } from '@dureq/runtime'
import type { JsonText, MailBag, PendingSignal } from '@dureq/types'
import { noteHeld } from './machine/held.ts'
import type { Known, MarkedNames } from './machine/known.ts'

/** The value of a part of a workflow. */
export type StoredPart = TaskPart | HookPart

/** The mail of one workflow, and what has been loaded of it so far. */
export interface WorkflowCase extends OpenCase<StoredPart> {
  readonly known: LoadedOf
}

/** What the machine knows of a workflow; it grows until that is enough. */
export interface LoadedOf extends Known {
  readonly parts: KnownParts<StoredPart>
  readonly outputs: Map<string, JsonText | null>
  readonly marked: Map<string, MarkedNames>
  readonly signals: Map<string, readonly PendingSignal[]>
}

/** A case of which nothing but its parts from before is known. */
export function openCase(
  { head, messages }: MailBag,
  graph: WorkflowGraph,
  parts: KnownParts<StoredPart>,
): WorkflowCase {
  const state = JSON.parse(head.state) as WorkflowState
  if (parts.size === 0) noteHeld({ head, graph, state }, parts)
  const known = { head, graph, state, parts, outputs: new Map(), marked: new Map(), signals: new Map() }
  return { head, messages, known }
}
