import type { Client } from '@dureq/client'
import type { SizeLimits } from '@dureq/types'

/** What the routes of workflows need. */
export interface WorkflowRoutesOptions {
  readonly client: Client
  readonly limits: SizeLimits
}

/** A route about one workflow. */
export interface OfWorkflow {
  readonly Params: { readonly id: string }
}
