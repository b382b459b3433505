import type { WalkReport } from '@dureq/client'
import { type DeadFilter, present, ValidationError } from '@dureq/types'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { encodeDead } from '../codecs/dead.ts'
import { inWireNames } from '../codecs/field-names.ts'
import { decodePageQuery, type PageQueryWire } from '../codecs/page-query.ts'
import { actorOf } from '../http/actor.ts'
import { deadOrderReport, deadOrderRequest, deadSchema } from '../schemas/dead.ts'
import { page, query } from '../schemas/page.ts'
import { object } from '../schemas/shared.ts'
import type { RoutesOptions } from './of-client.ts'
import { giveToDead, mustBeDead } from './of-dead.ts'
import { jobAcknowledgement, type OfJob } from './of-job.ts'

interface DeadFilterWire {
  readonly task_type?: string
  readonly tag?: string
  readonly search?: string
}

interface DeadOrderWire extends DeadFilterWire {
  readonly ids?: readonly string[]
  readonly limit?: number
  readonly cursor?: string
}

/** Everything below `/dlq`: dead jobs and firings. */
export function dlqRoutes(app: FastifyInstance, options: RoutesOptions): void {
  addReads(app, options)
  addOrders(app, options)
}

const filterNames = ['task_type', 'tag', 'search'] as const

function addReads(app: FastifyInstance, { client }: RoutesOptions): void {
  app.get<{ Querystring: PageQueryWire & DeadFilterWire }>(
    '/dlq',
    {
      schema: {
        querystring: query('limit', 'offset', 'sort', 'cursor', ...filterNames),
        response: { 200: page(deadSchema) },
      },
    },
    async ({ query: wire }) => {
      const options = { ...decodePageQuery(wire), ...decodeFilter(wire) }
      const { jobs, total, totalExact, cursor } = await inWireNames(client.listDead(options))
      return { data: jobs.map(encodeDead), total, total_exact: totalExact, cursor }
    },
  )

  const count = object({ count: { type: 'integer', minimum: 0 } }, { exact: { type: 'boolean' } })
  app.get<{ Querystring: DeadFilterWire }>(
    '/dlq/count',
    { schema: { querystring: query(...filterNames), response: { 200: count } } },
    async ({ query: wire }) => {
      const { total, totalExact } = await inWireNames(client.listDead({ ...decodeFilter(wire), limit: 1 }))
      return { count: total, exact: totalExact }
    },
  )
}

function decodeFilter({ task_type: taskType, tag, search }: DeadFilterWire): DeadFilter {
  return present({ taskType: taskType || undefined, tag: tag || undefined, search: search || undefined })
}

function addOrders(app: FastifyInstance, { client }: RoutesOptions): void {
  app.post<OfJob>(
    '/dlq/:id/retry',
    { schema: { body: object({}), response: { 200: jobAcknowledgement } } },
    async (request) => {
      await mustBeDead(client, request.params.id, 'retry')
      await client.retryJob(request.params.id, actorOf(request))
      return { job_id: request.params.id, status: 'retried' }
    },
  )
  const orders = {
    retry: { many: 'retryJobs', all: 'retryDead' },
    delete: { many: 'deleteJobs', all: 'deleteDead' },
  } as const
  for (const [verb, { many, all }] of Object.entries(orders)) {
    const give = async (request: FastifyRequest<{ Body: DeadOrderWire }>): Promise<WalkReport> => {
      const { ids, limit, cursor, task_type: taskType, tag, search } = request.body
      const by = actorOf(request)
      const rest = present({ taskType, tag, search, limit, cursor })
      if (ids === undefined)
        return await client[all](present({ taskType, tag, search }), { ...present({ limit, cursor }), ...by })
      if (Object.keys(rest).length > 0) throw notWithIds(rest)
      return await giveToDead(client, ids, { verb, give: (dead) => client[many](dead, by) })
    }
    app.post<{ Body: DeadOrderWire }>(
      `/dlq/${verb}`,
      { schema: { body: deadOrderRequest, response: { 200: deadOrderReport } } },
      async (request) => encodeReport(await inWireNames(give(request))),
    )
  }
}

function notWithIds(rest: object): ValidationError {
  return new ValidationError(
    Object.keys(rest).map((field) => ({ field, problem: 'cannot be given with ids' })),
  )
}

function encodeReport({ done, refused, cursor }: WalkReport): object {
  return {
    affected: done,
    refused: refused.map(({ jobId, error }) => ({ job_id: jobId, error: error.message, code: error.code })),
    cursor,
  }
}
