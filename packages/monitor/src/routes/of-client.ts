import type { Client } from '@dureq/client'

/** What routes need that only ask and order. */
export interface RoutesOptions {
  readonly client: Client
}
