import type { Client } from '@dureq/client'
import { JobNotFoundError, type JsonValue, type SizeLimits } from '@dureq/types'
import type { FastifyInstance } from 'fastify'
import { decodeEnqueueOptions, type EnqueueRequestWire } from '../codecs/enqueue-request.ts'
import { inWireNames } from '../codecs/field-names.ts'
import { encodeJob } from '../codecs/job.ts'
import { decodeJobsQuery, decodeLimit, type JobsQueryWire } from '../codecs/page-query.ts'
import { encodeRun } from '../codecs/run.ts'
import { enqueueRequest } from '../schemas/enqueue-request.ts'
import { jobSchema } from '../schemas/job.ts'
import { page, query } from '../schemas/page.ts'
import { runSchema } from '../schemas/run.ts'
import { object, text } from '../schemas/shared.ts'

/** What the routes of jobs need. */
export interface JobRoutesOptions {
  readonly client: Client
  readonly limits: SizeLimits
}

/** Everything below `/jobs`. */
export function jobRoutes(app: FastifyInstance, options: JobRoutesOptions): void {
  addReads(app, options)
  addWrites(app, options)
  addOrders(app, options)
}

/** A route about one job. */
interface OfJob {
  readonly Params: { readonly id: string }
}

function addReads(app: FastifyInstance, { client }: JobRoutesOptions): void {
  app.get<{ Querystring: JobsQueryWire }>(
    '/jobs',
    {
      schema: {
        querystring: query('status', 'task_type', 'limit', 'offset', 'sort', 'cursor'),
        response: { 200: page(jobSchema) },
      },
    },
    async (request) => {
      const { jobs, total, totalExact, cursor } = await inWireNames(
        client.listJobs(decodeJobsQuery(request.query)),
      )
      return { data: jobs.map(encodeJob), total, total_exact: totalExact, cursor }
    },
  )

  app.get<OfJob>('/jobs/:id', { schema: { response: { 200: jobSchema } } }, async ({ params: { id } }) => {
    const job = await client.getJob(id)
    if (job === undefined) throw new JobNotFoundError(id)
    return encodeJob(job)
  })

  app.get<OfJob & { Querystring: { readonly limit?: string } }>(
    '/jobs/:id/runs',
    { schema: { querystring: query('limit'), response: { 200: { type: 'array', items: runSchema } } } },
    async (request) => {
      const runs = await client.getRuns(request.params.id, { limit: decodeLimit(request.query.limit, 50) })
      return runs.map(encodeRun)
    },
  )
}

function addWrites(app: FastifyInstance, { client, limits }: JobRoutesOptions): void {
  const bodyLimit = largestBody(limits)

  app.post<{ Body: EnqueueRequestWire }>(
    '/jobs',
    { bodyLimit, schema: { body: enqueueRequest, response: { 201: jobSchema } } },
    async ({ body }, reply) => {
      const { task_type: taskType, payload } = body
      const job = encodeJob(await inWireNames(client.enqueue(taskType, payload, decodeEnqueueOptions(body))))
      return reply.code(201).header('location', `/api/jobs/${job.id}`).send(job)
    },
  )

  app.put<OfJob & { Body: { readonly payload: JsonValue } }>(
    '/jobs/:id/payload',
    { bodyLimit, schema: { body: object({ payload: {} }), response: { 200: acknowledgement } } },
    async ({ params: { id }, body }) => {
      await client.updatePayload(id, body.payload)
      return { job_id: id, status: 'updated' }
    },
  )
}

function addOrders(app: FastifyInstance, { client }: JobRoutesOptions): void {
  const response = { 200: acknowledgement }

  app.post<OfJob & { Body: { readonly reason?: string } }>(
    '/jobs/:id/cancel',
    { schema: { body: object({}, { reason: text }), response } },
    async ({ params: { id }, body: { reason } }) => {
      await client.cancelJob(id, reason === undefined ? {} : { reason })
      return { job_id: id, status: 'cancelled' }
    },
  )

  for (const [verb, order, status] of [
    ['retry', 'retryJob', 'retried'],
    ['pause', 'pauseJob', 'paused'],
    ['resume', 'resumeJob', 'resumed'],
  ] as const) {
    app.post<OfJob>(`/jobs/:id/${verb}`, { schema: { body: object({}), response } }, async (request) => {
      await client[order](request.params.id)
      return { job_id: request.params.id, status }
    })
  }

  app.delete<OfJob>('/jobs/:id', { schema: { response } }, async ({ params: { id } }) => {
    await client.deleteJob(id)
    return { job_id: id, status: 'deleted' }
  })
}

/** What an order is answered with once it has been carried out. */
const acknowledgement = object({ job_id: text, status: text })

/** A text may be up to three times as long as the store keeps it, when everything beyond ASCII is escaped. */
function largestBody({ payload, headers }: SizeLimits): number {
  return 3 * (payload + headers) + 64 * 1024
}
