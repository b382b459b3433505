import { ValidationError } from '@dureq/types'
import type { FastifyInstance } from 'fastify'
import { encodeEvent } from '../codecs/event.ts'
import { inWireNames } from '../codecs/field-names.ts'
import { decodeTasksQuery } from '../codecs/page-query.ts'
import { encodeRun } from '../codecs/run.ts'
import { decodeRunsQuery, type RunsQueryWire, runsQueryNames } from '../codecs/runs-query.ts'
import { eventSchema } from '../schemas/event.ts'
import { page, query } from '../schemas/page.ts'
import { runSchema } from '../schemas/run.ts'
import type { RoutesOptions } from './of-client.ts'

/** Newest events one request can page over. */
const MOST_EVENTS = 1_000

interface EventsQueryWire {
  readonly limit?: string
  readonly offset?: string
  readonly job_id?: string
}

/** Everything below `/history`: the runs of all jobs, and the newest events. */
export function historyRoutes(app: FastifyInstance, { client }: RoutesOptions): void {
  app.get<{ Querystring: RunsQueryWire }>(
    '/history/runs',
    { schema: { querystring: query(...runsQueryNames), response: { 200: page(runSchema) } } },
    async (request) => {
      const { runs, total, totalExact, cursor } = await inWireNames(
        client.listRuns(decodeRunsQuery(request.query)),
      )
      return { data: runs.map(encodeRun), total, total_exact: totalExact, cursor }
    },
  )

  app.get<{ Querystring: EventsQueryWire }>(
    '/history/events',
    { schema: { querystring: query('limit', 'offset', 'job_id'), response: { 200: page(eventSchema) } } },
    async ({ query: wire }) => {
      const { limit, offset } = readRange(wire)
      const job = wire.job_id ? { job: wire.job_id } : {}
      const { events, complete } = await client.listEvents({ ...job, limit: offset + limit })
      const data = events.slice(offset).map(encodeEvent)
      return { data, total: events.length, total_exact: complete && events.length < offset + limit }
    },
  )
}

/** The log is read from its new end: what lies far from there, `/jobs/{id}/events` finds. */
function readRange(wire: EventsQueryWire): { readonly limit: number; readonly offset: number } {
  const { limit = 50, offset = 0 } = decodeTasksQuery({
    limit: wire.limit || '50',
    offset: wire.offset || '0',
  })
  if (offset + limit <= MOST_EVENTS) return { limit, offset }
  const problem = `must not reach beyond the newest ${MOST_EVENTS} events`
  throw new ValidationError([{ field: 'offset', problem, limit: MOST_EVENTS }])
}
