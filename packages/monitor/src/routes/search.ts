import type { SearchedJobs } from '@dureq/client'
import { type JsonValue, ValidationError } from '@dureq/types'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { inWireNames } from '../codecs/field-names.ts'
import { encodeJob } from '../codecs/job.ts'
import { decodeLimit } from '../codecs/page-query.ts'
import { sendBody } from '../http/answer-errors.ts'
import { jobSchema } from '../schemas/job.ts'
import { query } from '../schemas/page.ts'
import { object, text } from '../schemas/shared.ts'
import { nextPage } from './next-page.ts'
import type { RoutesOptions } from './of-client.ts'

/** The query: with a limit or cursor the answer is a page, without either the newest job that fits. */
interface SearchWire {
  readonly path?: string
  readonly value?: string
  readonly task_type?: string
  readonly limit?: string
  readonly cursor?: string
}

const searchPage = object(
  { data: { type: 'array', items: jobSchema }, scanned: { type: 'integer', minimum: 0 } },
  { cursor: text },
)

/** Calls of the store one request makes at most while nothing is found: each looks at thousands of jobs. */
const MOST_CALLS = 20

/** Everything below `/search`. */
export function searchRoutes(app: FastifyInstance, { client }: RoutesOptions): void {
  app.get<{ Querystring: SearchWire }>(
    '/search/jobs',
    {
      schema: {
        querystring: query('path', 'value', 'task_type', 'limit', 'cursor'),
        response: { 200: { anyOf: [jobSchema, searchPage] } },
      },
    },
    async ({ query: wire }, reply) => {
      const isPage = Boolean(wire.limit) || Boolean(wire.cursor)
      const limit = isPage ? decodeLimit(wire.limit, 10) : 1
      const found = await inWireNames(search(wire, limit))
      const { jobs, scanned, cursor } = found
      if (isPage) return { data: jobs.map(encodeJob), scanned, cursor }
      const [job] = jobs
      return job === undefined ? sendNoMatch(reply, wire, found) : encodeJob(job)
    },
  )

  async function search(wire: SearchWire, limit: number): Promise<SearchedJobs> {
    const { path, value, task_type: taskType } = wire
    if (!path || value === undefined || value === '') throw missing(wire)
    const query = { path, value: readValue(value), ...(taskType && { taskType }) }
    let cursor = wire.cursor || undefined
    let scanned = 0
    for (let calls = 0; ; ) {
      const page = await client.searchJobs(query, cursor === undefined ? { limit } : { limit, cursor })
      scanned += page.scanned
      cursor = page.cursor
      if (page.jobs.length > 0 || cursor === undefined || ++calls === MOST_CALLS) return { ...page, scanned }
    }
  }
}

/** JSON is the value it is, `42` a number and `"42"` a text; what is no JSON is a text. */
function readValue(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return text
  }
}

function missing({ path, value }: SearchWire): ValidationError {
  const fields = Object.entries({ path, value }).filter(([, given]) => !given)
  return new ValidationError(fields.map(([field]) => ({ field, problem: 'is required' })))
}

/** There may be one among older jobs than one request looks at: the header says where to go on. */
function sendNoMatch(reply: FastifyReply, wire: SearchWire, { scanned, cursor }: SearchedJobs): FastifyReply {
  if (cursor === undefined) return sendBody(reply, 404, { error: 'job not found', code: 'job-not-found' })
  const { path, value, task_type } = wire
  reply.header('link', nextPage('/api/search/jobs', { path, value, task_type, limit: 1, cursor }))
  const error = `job not found among the newest ${scanned}; there are older ones`
  return sendBody(reply, 404, { error, code: 'job-not-found' })
}
