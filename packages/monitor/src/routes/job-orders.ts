import type { Client } from '@dureq/client'
import type { JobStatus } from '@dureq/types'
import type { FastifyInstance } from 'fastify'
import { inWireNames } from '../codecs/field-names.ts'
import { actorOf } from '../http/actor.ts'
import { object, text } from '../schemas/shared.ts'
import { type BulkOrder, type BulkWire, bulkSchema, giveToMany } from './bulk.ts'
import { jobAcknowledgement, type OfJob } from './of-job.ts'

const response = { 200: jobAcknowledgement }

/** The routes that steer jobs. */
export function jobOrderRoutes(app: FastifyInstance, { client }: { readonly client: Client }): void {
  addCancel(app, client)
  addSimpleOrders(app, client)
  addReassign(app, client)
  addBulkOrders(app, client)
}

function addCancel(app: FastifyInstance, client: Client): void {
  app.post<OfJob & { Body: { readonly reason?: string } }>(
    '/jobs/:id/cancel',
    { schema: { body: object({}, { reason: text }), response } },
    async (request) => {
      const { id } = request.params
      const { reason } = request.body
      await client.cancelJob(id, { ...actorOf(request), ...(reason !== undefined && { reason }) })
      return { job_id: id, status: 'cancelled' }
    },
  )
}

function addSimpleOrders(app: FastifyInstance, client: Client): void {
  for (const [verb, order, status] of [
    ['retry', 'retryJob', 'retried'],
    ['pause', 'pauseJob', 'paused'],
    ['resume', 'resumeJob', 'resumed'],
    ['purge', 'purgeJob', 'purged'],
  ] as const) {
    app.post<OfJob>(`/jobs/:id/${verb}`, { schema: { body: object({}), response } }, async (request) => {
      await client[order](request.params.id, actorOf(request))
      return { job_id: request.params.id, status }
    })
  }
  app.delete<OfJob>('/jobs/:id', { schema: { response } }, async (request) => {
    await client.deleteJob(request.params.id, actorOf(request))
    return { job_id: request.params.id, status: 'deleted' }
  })
}

/** The version jobs are to ask for from now on; null: none. */
const version = { type: ['string', 'null'] }

interface ReassignWire {
  readonly task_type: string
  readonly version: string
  readonly to: string | null
  readonly limit?: number
  readonly cursor?: string
}

function addReassign(app: FastifyInstance, client: Client): void {
  app.put<OfJob & { Body: { readonly version: string | null } }>(
    '/jobs/:id/version',
    { schema: { body: object({ version }), response } },
    async (request) => {
      const { id } = request.params
      await client.reassignVersion(id, request.body.version ?? undefined, actorOf(request))
      return { job_id: id, status: 'reassigned' }
    },
  )
  app.post<{ Body: ReassignWire }>(
    '/jobs/reassign-version',
    {
      schema: {
        body: object(
          { task_type: text, version: text, to: version },
          { limit: { type: 'integer' }, cursor: text },
        ),
        response: { 200: object({ affected: { type: 'integer', minimum: 0 } }, { cursor: text }) },
      },
    },
    async (request) => {
      const { task_type: taskType, version: from, to, ...walk } = request.body
      const filter = { taskType, version: from }
      const options = { ...walk, ...actorOf(request) }
      const { done, cursor } = await inWireNames(client.reassignVersions(filter, to ?? undefined, options))
      return { affected: done, cursor }
    },
  )
}

const passedOver: BulkOrder['passedOver'] = [
  'job-not-found',
  'invalid-job-status',
  'owned-job',
  'duplicate-job',
]

function addBulkOrders(app: FastifyInstance, client: Client): void {
  const newest: BulkOrder['newest'] = async (status) => {
    const { jobs } = await client.listJobs({ status: status as JobStatus, limit: 100 })
    return jobs.map(({ id }) => id)
  }
  for (const [verb, order] of [
    ['cancel', 'cancelJob'],
    ['retry', 'retryJob'],
    ['delete', 'deleteJob'],
    ['purge', 'purgeJob'],
  ] as const) {
    app.post<{ Body: BulkWire }>(`/jobs/bulk/${verb}`, { schema: bulkSchema }, async (request) => {
      const by = actorOf(request)
      const give: BulkOrder['give'] = (id) => client[order](id, by)
      return { affected: await giveToMany(request.body, { newest, give, passedOver }) }
    })
  }
}
