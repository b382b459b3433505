import type { Client } from '@dureq/client'
import type { DailyCount } from '@dureq/types'
import type { FastifyInstance } from 'fastify'
import { encodeStats } from '../codecs/stats.ts'
import { query } from '../schemas/page.ts'
import { object, text } from '../schemas/shared.ts'

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

const dayCount = object({ date: text, processed: count, failed: count })

/** The counts of the dashboard. */
export function statsRoutes(app: FastifyInstance, { client }: { readonly client: Client }): void {
  app.get('/stats', { schema: { response: { 200: statsSchema } } }, async () =>
    encodeStats(await client.stats()),
  )
  app.get<{ Querystring: { readonly days?: string } }>(
    '/stats/daily',
    { schema: { querystring: query('days'), response: { 200: { type: 'array', items: dayCount } } } },
    async ({ query: { days } }) => (await client.dailyStats(readDays(days))).map(encodeDay),
  )
}

/** The wire has no place for more. */
function encodeDay({ date, processed, failed }: DailyCount): Omit<DailyCount, 'reclaimed'> {
  return { date, processed, failed }
}

/** As in the Go implementation, everything but 1 to 90 is 7. */
function readDays(text: string | undefined): number {
  const days = text !== undefined && /^\d{1,3}$/.test(text) ? Number(text) : 0
  return days >= 1 && days <= 90 ? days : 7
}
