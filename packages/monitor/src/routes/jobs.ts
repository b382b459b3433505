import type { Client } from '@dureq/client'
import { JobNotFoundError, type JsonValue, type SizeLimits } from '@dureq/types'
import type { FastifyInstance } from 'fastify'
import { decodeEnqueueOptions, type EnqueueRequestWire } from '../codecs/enqueue-request.ts'
import { inWireNames } from '../codecs/field-names.ts'
import { encodeJob } from '../codecs/job.ts'
import { decodeJobsQuery, type JobsQueryWire } from '../codecs/page-query.ts'
import { actorOf } from '../http/actor.ts'
import { enqueueRequest } from '../schemas/enqueue-request.ts'
import { jobSchema } from '../schemas/job.ts'
import { page, query } from '../schemas/page.ts'
import { object } from '../schemas/shared.ts'
import { jobHistoryRoutes } from './job-history.ts'
import { jobOrderRoutes } from './job-orders.ts'
import { jobAcknowledgement, type OfJob } from './of-job.ts'

/** What the routes of jobs need. */
export interface JobRoutesOptions {
  readonly client: Client
  readonly limits: SizeLimits
}

/** Everything below `/jobs`. */
export function jobRoutes(app: FastifyInstance, options: JobRoutesOptions): void {
  addReads(app, options)
  addWrites(app, options)
  jobOrderRoutes(app, options)
  jobHistoryRoutes(app, options)
}

function addReads(app: FastifyInstance, { client }: JobRoutesOptions): void {
  app.get<{ Querystring: JobsQueryWire }>(
    '/jobs',
    {
      schema: {
        querystring: query('status', 'task_type', 'tag', 'search', 'limit', 'offset', 'sort', 'cursor'),
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
    { bodyLimit, schema: { body: object({ payload: {} }), response: { 200: jobAcknowledgement } } },
    async (request) => {
      const { id } = request.params
      await client.updatePayload(id, request.body.payload, actorOf(request))
      return { job_id: id, status: 'updated' }
    },
  )
}

/** A text may be up to three times as long as the store keeps it, when everything beyond ASCII is escaped. */
function largestBody({ payload, headers }: SizeLimits): number {
  return 3 * (payload + headers) + 64 * 1024
}
