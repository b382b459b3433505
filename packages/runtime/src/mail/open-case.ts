import type { InstanceHead, Mail } from '@dureq/types'
import type { KnownParts } from './part-cache.ts'

/** The mail of one instance, and what has been loaded of it so far. It grows until that is enough to decide. */
export interface OpenCase<Part> {
  readonly head: InstanceHead
  readonly messages: readonly Mail[]
  readonly known: { readonly parts: KnownParts<Part> }
}

/** A case, and what it cannot go on without. */
export interface NeedyCase<Case, Needs> {
  readonly opened: Case
  readonly needs: Needs
}
