import type { FastifyInstance } from 'fastify'
import { inWireNames } from '../codecs/field-names.ts'
import { object, text } from '../schemas/shared.ts'
import type { RoutesOptions } from './of-client.ts'

/** A route about one unique key. */
interface OfKey {
  readonly Params: { readonly key: string }
}

/** Everything below `/unique-keys`. */
export function uniqueKeyRoutes(app: FastifyInstance, { client }: RoutesOptions): void {
  const held = object({ unique_key: text, exists: { type: 'boolean' }, job_id: text })
  app.get<OfKey>(
    '/unique-keys/:key',
    { schema: { response: { 200: held } } },
    async ({ params: { key } }) => {
      const jobId = await inWireNames(client.lookupUniqueKey(key))
      return { unique_key: key, exists: jobId !== undefined, job_id: jobId ?? '' }
    },
  )

  app.delete<OfKey>(
    '/unique-keys/:key',
    { schema: { response: { 200: object({ status: text }) } } },
    async ({ params: { key } }) => {
      await inWireNames(client.releaseUniqueKey(key))
      return { status: 'deleted' }
    },
  )
}
