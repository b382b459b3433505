import type { Client } from '@dureq/client'
import type { FastifyInstance } from 'fastify'
import { encodeStats } from '../codecs/stats.ts'
import { object } from '../schemas/shared.ts'

const count = { type: 'integer', minimum: 0 }

const counts = { type: 'object', additionalProperties: count }

const statsSchema = object({
  job_counts: counts,
  workflow_counts: counts,
  batch_counts: counts,
  active_schedules: count,
  active_runs: count,
  active_nodes: count,
  active_workflows: count,
  active_batches: count,
})

/** The counts of the dashboard. */
export function statsRoutes(app: FastifyInstance, { client }: { readonly client: Client }): void {
  app.get('/stats', { schema: { response: { 200: statsSchema } } }, async () =>
    encodeStats(await client.stats()),
  )
}
