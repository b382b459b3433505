import type { JsonSchema } from '@dureq/types'
import { object, text } from '../schemas/shared.ts'

/** A route about one job. */
export interface OfJob {
  readonly Params: { readonly id: string }
}

/** What an order to a job is answered with once it has been carried out. */
export const jobAcknowledgement: JsonSchema = object({ job_id: text, status: text })
