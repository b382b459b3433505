import type { Client } from '@dureq/client'
import type { SizeLimits } from '@dureq/types'

/** What the routes of batches need. */
export interface BatchRoutesOptions {
  readonly client: Client
  readonly limits: SizeLimits
}

/** A route about one batch. */
export interface OfBatch {
  readonly Params: { readonly id: string }
}
