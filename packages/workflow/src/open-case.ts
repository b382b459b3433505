import type { WorkflowGraph, WorkflowState } from '@dureq/dag'
import type { InstanceHead, JsonText, Mail, MailBag, PendingSignal } from '@dureq/types'
import type { Known, MarkedNames } from './machine/known.ts'
import type { KnownParts } from './part-cache.ts'

/** The mail of one instance, and what has been loaded of it so far. */
export interface OpenCase {
  readonly head: InstanceHead
  readonly messages: readonly Mail[]
  readonly known: LoadedOf
}

/** What the machine knows of an instance; it grows until that is enough. */
export interface LoadedOf extends Known {
  readonly parts: KnownParts
  readonly outputs: Map<string, JsonText | null>
  readonly marked: Map<string, MarkedNames>
  readonly signals: Map<string, readonly PendingSignal[]>
}

/** A case of which nothing but its parts from before is known. */
export function openCase({ head, messages }: MailBag, graph: WorkflowGraph, parts: KnownParts): OpenCase {
  const state = JSON.parse(head.state) as WorkflowState
  const known = { head, graph, state, parts, outputs: new Map(), marked: new Map(), signals: new Map() }
  return { head, messages, known }
}
