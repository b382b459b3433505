import type { Client } from '@dureq/client'
import { type RecurringSchedule, ScheduleNotFoundError } from '@dureq/types'
import type { FastifyInstance } from 'fastify'
import { inWireNames } from '../codecs/field-names.ts'
import { encodeJob } from '../codecs/job.ts'
import { decodePageQuery, type PageQueryWire } from '../codecs/page-query.ts'
import { decodeSchedule } from '../codecs/schedule.ts'
import { encodeFiringOutcome, encodeScheduleEntry } from '../codecs/schedule-entry.ts'
import { actorOf } from '../http/actor.ts'
import { jobSchema } from '../schemas/job.ts'
import { page, query } from '../schemas/page.ts'
import {
  backfillSchema,
  firingOutcomeSchema,
  scheduleEntrySchema,
  scheduleRequest,
} from '../schemas/schedule.ts'
import { object, text } from '../schemas/shared.ts'

/** What the routes of schedules need. */
export interface ScheduleRoutesOptions {
  readonly client: Client
}

/** Everything below `/schedules`. A schedule has the id of its job, and is created with it. */
export function scheduleRoutes(app: FastifyInstance, { client }: ScheduleRoutesOptions): void {
  addReads(app, client)
  addChanges(app, client)
  addFirings(app, client)
}

/** A route about one schedule. */
interface OfSchedule {
  readonly Params: { readonly id: string }
}

const pageQuery = query('limit', 'offset', 'sort', 'cursor')

function addReads(app: FastifyInstance, client: Client): void {
  app.get<{ Querystring: PageQueryWire }>(
    '/schedules',
    { schema: { querystring: pageQuery, response: { 200: page(scheduleEntrySchema) } } },
    async (request) => {
      const { schedules, total, totalExact, cursor } = await inWireNames(
        client.listSchedules(decodePageQuery(request.query)),
      )
      return { data: schedules.map(encodeScheduleEntry), total, total_exact: totalExact, cursor }
    },
  )

  app.get<OfSchedule>(
    '/schedules/:id',
    { schema: { response: { 200: scheduleEntrySchema } } },
    async ({ params: { id } }) => {
      const entry = await client.getSchedule(id)
      if (entry === undefined) throw new ScheduleNotFoundError(id)
      return encodeScheduleEntry(entry)
    },
  )

  app.get<OfSchedule & { Querystring: PageQueryWire }>(
    '/schedules/:id/firings',
    { schema: { querystring: pageQuery, response: { 200: page(jobSchema) } } },
    async ({ params: { id }, query: wire }) => {
      const { jobs, total, totalExact, cursor } = await inWireNames(
        client.listFirings(id, decodePageQuery(wire)),
      )
      return { data: jobs.map(encodeJob), total, total_exact: totalExact, cursor }
    },
  )
}

/** What an order is answered with once it has been carried out. */
const acknowledgement = { 200: object({ job_id: text, status: text }) }

function addChanges(app: FastifyInstance, client: Client): void {
  for (const [verb, order, status] of [
    ['pause', 'pauseSchedule', 'paused'],
    ['resume', 'resumeSchedule', 'resumed'],
  ] as const) {
    app.post<OfSchedule>(
      `/schedules/:id/${verb}`,
      { schema: { body: object({}), response: acknowledgement } },
      async (request) => {
        const { id } = request.params
        await client[order](id, actorOf(request))
        return { job_id: id, status }
      },
    )
  }

  app.put<OfSchedule & { Body: { readonly schedule: Readonly<Record<string, unknown>> } }>(
    '/schedules/:id',
    { schema: { body: object({ schedule: scheduleRequest }), response: acknowledgement } },
    async (request) => {
      const { id } = request.params
      const schedule = decodeSchedule(request.body.schedule) as unknown as RecurringSchedule
      await inWireNames(client.updateSchedule(id, schedule, actorOf(request)))
      return { job_id: id, status: 'updated' }
    },
  )

  app.delete<OfSchedule>('/schedules/:id', { schema: { response: acknowledgement } }, async (request) => {
    const { id } = request.params
    await client.deleteSchedule(id, actorOf(request))
    return { job_id: id, status: 'deleted' }
  })
}

function addFirings(app: FastifyInstance, client: Client): void {
  app.post<OfSchedule>(
    '/schedules/:id/trigger',
    { schema: { body: object({}), response: { 200: firingOutcomeSchema } } },
    async (request) => {
      const { id } = request.params
      return encodeFiringOutcome(id, await client.triggerNow(id, actorOf(request)))
    },
  )

  app.post<OfSchedule & { Body: { readonly from: string; readonly to: string } }>(
    '/schedules/:id/backfill',
    { schema: { body: object({ from: text, to: text }), response: { 200: backfillSchema } } },
    async (request) => {
      const { id } = request.params
      const { from, to } = request.body
      return { job_id: id, ...(await inWireNames(client.backfill(id, from, to, actorOf(request)))) }
    },
  )
}
