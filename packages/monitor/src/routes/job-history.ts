import { type Client, MAX_PAGE } from '@dureq/client'
import { isTerminalRunStatus, ValidationError } from '@dureq/types'
import type { FastifyInstance } from 'fastify'
import { readsOnly } from '../access/route-access.ts'
import { encodeEvent } from '../codecs/event.ts'
import { encodeExplanation } from '../codecs/explanation.ts'
import { decodeLimit } from '../codecs/page-query.ts'
import { encodeJobProgress } from '../codecs/progress.ts'
import { encodeRun } from '../codecs/run.ts'
import { encodeTrailEntry } from '../codecs/trail-entry.ts'
import { eventSchema } from '../schemas/event.ts'
import { explanationSchema } from '../schemas/explanation.ts'
import { query } from '../schemas/page.ts'
import { jobProgressSchema } from '../schemas/progress.ts'
import { runSchema } from '../schemas/run.ts'
import { instant, object, text, texts } from '../schemas/shared.ts'
import type { OfJob } from './of-job.ts'

/** How many rows a bare list may have. */
interface LimitWire {
  readonly Querystring: { readonly limit?: string }
}

/** Rows of a bare list unless the request says how many. */
const DEFAULT_ROWS = 50

/** The routes that tell what has happened to a job, and why something does not. */
export function jobHistoryRoutes(app: FastifyInstance, { client }: { readonly client: Client }): void {
  addRuns(app, client)
  addAudit(app, client)
  addEvents(app, client)
  app.get<OfJob>(
    '/jobs/:id/explain',
    { schema: { response: { 200: explanationSchema } } },
    async ({ params: { id } }) => encodeExplanation(await client.explain(id)),
  )
}

function addRuns(app: FastifyInstance, client: Client): void {
  app.get<OfJob & LimitWire>(
    '/jobs/:id/runs',
    { schema: { querystring: query('limit'), response: { 200: { type: 'array', items: runSchema } } } },
    async ({ params: { id }, query: { limit } }) => {
      const runs = await client.getRuns(id, { limit: decodeLimit(limit, DEFAULT_ROWS) })
      return runs.map(encodeRun)
    },
  )

  app.get<OfJob>(
    '/jobs/:id/progress',
    { schema: { response: { 200: jobProgressSchema } } },
    async ({ params: { id } }) => {
      const runs = await client.getRuns(id, { limit: MAX_PAGE })
      return encodeJobProgress(runs.filter(({ status }) => !isTerminalRunStatus(status)))
    },
  )
}

const trailEntry = object(
  { id: text, status: text, timestamp: instant },
  { error: text, run_id: text, who: text, from: text, why: text },
)

function addAudit(app: FastifyInstance, client: Client): void {
  app.get<OfJob>(
    '/jobs/:id/audit',
    { schema: { response: { 200: { type: 'array', items: trailEntry } } } },
    async ({ params: { id } }) => (await client.getAudit(id)).map(encodeTrailEntry),
  )

  app.post<{ Body: { readonly ids: readonly string[] } }>(
    '/audit/counts',
    {
      config: readsOnly,
      schema: {
        body: object({ ids: texts }),
        response: { 200: { type: 'object', additionalProperties: { type: 'integer', minimum: 0 } } },
      },
    },
    async ({ body: { ids } }) => {
      if (ids.length === 0) throw new ValidationError([{ field: 'ids', problem: 'must not be empty' }])
      const asked = [...new Set(ids)].slice(0, MAX_PAGE)
      const counts = await client.countAudit(asked)
      return Object.fromEntries(asked.map((id, i) => [id, counts[i]]))
    },
  )
}

/** Says `false` in this header when the list may not be everything. */
const COMPLETE = 'x-dureq-complete'

function addEvents(app: FastifyInstance, client: Client): void {
  app.get<OfJob & LimitWire>(
    '/jobs/:id/events',
    { schema: { querystring: query('limit'), response: { 200: { type: 'array', items: eventSchema } } } },
    async ({ params: { id }, query: { limit } }, reply) => {
      const list = await client.listEvents({ job: id, limit: decodeLimit(limit, DEFAULT_ROWS) })
      reply.header(COMPLETE, String(list.complete))
      return list.events.map(encodeEvent)
    },
  )
}
