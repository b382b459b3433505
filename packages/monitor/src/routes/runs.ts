import { type JobRun, RunNotFoundError } from '@dureq/types'
import type { FastifyInstance } from 'fastify'
import { inWireNames } from '../codecs/field-names.ts'
import { decodeLimit } from '../codecs/page-query.ts'
import { encodeRunProgress } from '../codecs/progress.ts'
import { encodeRun } from '../codecs/run.ts'
import { actorOf } from '../http/actor.ts'
import { query } from '../schemas/page.ts'
import { runProgressSchema } from '../schemas/progress.ts'
import { runSchema } from '../schemas/run.ts'
import { object, text } from '../schemas/shared.ts'
import { nextPage } from './next-page.ts'
import type { RoutesOptions } from './of-client.ts'

/** A route about one run. */
interface OfRun {
  readonly Params: { readonly id: string }
}

/** Everything below `/runs`: the runs that are leased, and each run that is kept. */
export function runRoutes(app: FastifyInstance, { client }: RoutesOptions): void {
  const mustFind = async (id: string): Promise<JobRun> => {
    const run = await client.getRun(id)
    if (run === undefined) throw new RunNotFoundError(id)
    return run
  }

  app.get<{ Querystring: { readonly limit?: string; readonly cursor?: string } }>(
    '/runs',
    {
      schema: {
        querystring: query('limit', 'cursor'),
        response: { 200: { type: 'array', items: runSchema } },
      },
    },
    async ({ query: wire }, reply) => {
      const limit = decodeLimit(wire.limit, 100)
      const options = { status: 'running' as const, limit, ...(wire.cursor && { cursor: wire.cursor }) }
      const { runs, cursor } = await inWireNames(client.listRuns(options))
      if (cursor !== undefined) reply.header('link', nextPage('/api/runs', { limit, cursor }))
      return runs.map(encodeRun)
    },
  )

  app.get<OfRun>('/runs/:id', { schema: { response: { 200: runSchema } } }, async ({ params: { id } }) =>
    encodeRun(await mustFind(id)),
  )

  app.get<OfRun>(
    '/runs/:id/progress',
    { schema: { response: { 200: runProgressSchema } } },
    async ({ params: { id } }) => encodeRunProgress(await mustFind(id)),
  )

  app.post<OfRun>(
    '/runs/:id/requeue',
    { schema: { body: object({}), response: { 200: object({ run_id: text, status: text }) } } },
    async (request) => {
      await client.requeueRun(request.params.id, actorOf(request))
      return { run_id: request.params.id, status: 'requeued' }
    },
  )
}
