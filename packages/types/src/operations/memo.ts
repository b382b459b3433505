import type { JsonText } from '../json.ts'
import type { LeaseRef } from '../store/runs.ts'

/** The name a checkpoint is kept under: no step can have it. */
export const CHECKPOINT = ''

/** Most names one firing remembers something under. */
export const MAX_STEPS = 1_000

/** Something to remember for the later runs of a firing. */
export interface MemoWrite extends LeaseRef {
  /** Name of the step, or `CHECKPOINT`. */
  readonly name: string
  /** The result of the step (`null` for none), or the checkpoint. At most the limit of outputs. */
  readonly value: JsonText
}

/** What a firing remembers, by name. */
export type LeaseMemo =
  | { readonly kind: 'lost' }
  | { readonly kind: 'found'; readonly values: Readonly<Record<string, JsonText>> }
