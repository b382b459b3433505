import { readValuePath } from '@dureq/client'
import { type JsonSchema, type JsonValue, ValidationError } from '@dureq/types'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { encodeBatch } from '../codecs/batch.ts'
import { inWireNames } from '../codecs/field-names.ts'
import { encodeJob } from '../codecs/job.ts'
import { decodeLimit } from '../codecs/page-query.ts'
import { encodeWorkflow } from '../codecs/workflow.ts'
import { sendBody } from '../http/answer-errors.ts'
import { isCovered } from '../redaction/covered-search.ts'
import type { Redactor } from '../redaction/redactor.ts'
import { batchSchema } from '../schemas/batch.ts'
import { jobSchema } from '../schemas/job.ts'
import { query } from '../schemas/page.ts'
import { object, text } from '../schemas/shared.ts'
import { withDefinitions, workflowSchema } from '../schemas/workflow.ts'
import { nextPage } from './next-page.ts'
import type { RoutesOptions } from './of-client.ts'

/** The query: with a limit or cursor the answer is a page, without either the newest that fits. */
interface SearchWire {
  readonly path?: string
  readonly value?: string
  readonly task_type?: string
  readonly name?: string
  readonly limit?: string
  readonly cursor?: string
}

/** What to look for, read from the query. */
interface Sought {
  readonly path: string
  readonly value: JsonValue
}

/** One page of what was found. */
interface Found {
  readonly data: readonly object[]
  readonly scanned: number
  readonly cursor?: string | undefined
}

/** What can be searched. */
interface Searchable {
  /** As the route says it, and as errors do. */
  readonly names: readonly [plural: string, one: string]
  /** The member of the query that narrows the search. */
  readonly narrows: 'task_type' | 'name'
  readonly answer: JsonSchema
  /** Hides some values, which then cannot be looked for. */
  readonly redactor: Redactor | undefined
  readonly find: (
    sought: Sought,
    narrowed: string | undefined,
    page: { readonly limit: number; readonly cursor?: string },
  ) => Promise<Found>
}

/** Whoever may look for what is hidden finds it out by asking often enough. */
const hidden = { error: 'what is looked for is hidden by a redaction rule', code: 'hidden' }

/** Calls of the store one request makes at most while nothing is found: each looks at thousands. */
const MOST_CALLS = 20

/** Everything below `/search`. */
export function searchRoutes(
  app: FastifyInstance,
  { client, redactor }: RoutesOptions & { readonly redactor: Redactor | undefined },
): void {
  const add = (searchable: Omit<Searchable, 'redactor'>): void => addSearch(app, { ...searchable, redactor })
  add({
    names: ['jobs', 'job'],
    narrows: 'task_type',
    answer: answerOf(jobSchema),
    async find(sought, taskType, page) {
      const { jobs, ...rest } = await client.searchJobs({ ...sought, ...(taskType && { taskType }) }, page)
      return { data: jobs.map(encodeJob), ...rest }
    },
  })
  add({
    names: ['workflows', 'workflow'],
    narrows: 'name',
    answer: withDefinitions(answerOf(workflowSchema)),
    async find(sought, name, page) {
      const { workflows, ...rest } = await client.searchWorkflows({ ...sought, ...(name && { name }) }, page)
      return { data: workflows.map(encodeWorkflow), ...rest }
    },
  })
  add({
    names: ['batches', 'batch'],
    narrows: 'name',
    answer: answerOf(batchSchema),
    async find(sought, name, page) {
      const { batches, ...rest } = await client.searchBatches({ ...sought, ...(name && { name }) }, page)
      return { data: batches.map(encodeBatch), ...rest }
    },
  })
}

/** One of them, or a page. */
function answerOf(schema: JsonSchema): JsonSchema {
  const page = object(
    { data: { type: 'array', items: schema }, scanned: { type: 'integer', minimum: 0 } },
    { cursor: text },
  )
  return { anyOf: [schema, page] }
}

function addSearch(app: FastifyInstance, searchable: Searchable): void {
  const { names, narrows, answer } = searchable
  app.get<{ Querystring: SearchWire }>(
    `/search/${names[0]}`,
    {
      schema: {
        querystring: query('path', 'value', narrows, 'limit', 'cursor'),
        response: { 200: answer },
      },
    },
    async ({ query: wire }, reply) => {
      const sought = readSought(wire)
      if (isHidden(searchable, sought)) return sendBody(reply, 403, hidden)
      const isPage = Boolean(wire.limit) || Boolean(wire.cursor)
      const limit = isPage ? decodeLimit(wire.limit, 10) : 1
      const found = await inWireNames(search(searchable, { sought, wire, limit }))
      if (isPage) return found
      const [first] = found.data
      return first ?? sendNoMatch(reply, searchable, { wire, found })
    },
  )
}

async function search(
  { find, narrows }: Searchable,
  { sought, wire, limit }: { readonly sought: Sought; readonly wire: SearchWire; readonly limit: number },
): Promise<Found> {
  let cursor = wire.cursor || undefined
  let scanned = 0
  for (let calls = 0; ; ) {
    const page = await find(sought, wire[narrows], cursor === undefined ? { limit } : { limit, cursor })
    scanned += page.scanned
    cursor = page.cursor
    if (page.data.length > 0 || cursor === undefined || ++calls === MOST_CALLS) return { ...page, scanned }
  }
}

function readSought(wire: SearchWire): Sought {
  const { path, value } = wire
  if (!path || value === undefined || value === '') throw missing(wire)
  return { path, value: readValue(value) }
}

function isHidden({ redactor }: Searchable, { path, value }: Sought): boolean {
  return redactor !== undefined && isCovered(redactor, readValuePath(path), value)
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

/** There may be one among older ones than one request looks at: the header says where to go on. */
function sendNoMatch(
  reply: FastifyReply,
  { names: [plural, one], narrows }: Searchable,
  { wire, found: { scanned, cursor } }: { readonly wire: SearchWire; readonly found: Found },
): FastifyReply {
  const code = `${one}-not-found`
  if (cursor === undefined) return sendBody(reply, 404, { error: `${one} not found`, code })
  const { path, value } = wire
  const again = { path, value, [narrows]: wire[narrows], limit: 1, cursor }
  reply.header('link', nextPage(`/api/search/${plural}`, again))
  const error = `${one} not found among the newest ${scanned}; there are older ones`
  return sendBody(reply, 404, { error, code })
}
