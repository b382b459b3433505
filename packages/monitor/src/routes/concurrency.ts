import { Faults, MAX_THROTTLE_MS, parseGoDuration } from '@dureq/types'
import type { FastifyInstance } from 'fastify'
import { inWireNames } from '../codecs/field-names.ts'
import { decodeKeySetting, type KeySettingWire } from '../codecs/flow-request.ts'
import { encodeKey } from '../codecs/queue.ts'
import { keySetting } from '../schemas/flow-request.ts'
import { keySchema } from '../schemas/queue.ts'
import { object, text } from '../schemas/shared.ts'
import type { RoutesOptions } from './of-client.ts'

/** A route about one concurrency key. */
interface OfKey {
  readonly Params: { readonly key: string }
}

const response = { 200: object({ key: text, status: text }) }

/** Everything below `/concurrency`. */
export function concurrencyRoutes(app: FastifyInstance, { client }: RoutesOptions): void {
  app.get<OfKey>(
    '/concurrency/:key',
    { schema: { response: { 200: keySchema } } },
    async ({ params: { key } }) => encodeKey(await inWireNames(client.getConcurrencyKey(key))),
  )

  app.put<OfKey & { Body: KeySettingWire }>(
    '/concurrency/:key',
    { schema: { body: keySetting, response } },
    async ({ params: { key }, body }) => {
      await inWireNames(client.setConcurrencyKey(key, decodeKeySetting(body)))
      return { key, status: 'updated' }
    },
  )

  app.delete<OfKey>('/concurrency/:key', { schema: { response } }, async ({ params: { key } }) => {
    await inWireNames(client.setConcurrencyKey(key, undefined))
    return { key, status: 'deleted' }
  })

  app.post<OfKey & { Body: { readonly duration: string } }>(
    '/concurrency/:key/throttle',
    { schema: { body: object({ duration: text }), response } },
    async ({ params: { key }, body }) => {
      await inWireNames(client.rateLimitKey(key, readThrottle(body.duration)))
      return { key, status: 'throttled' }
    },
  )
}

/** @throws ValidationError unless it is a length of time a key can be kept back for. */
function readThrottle(duration: string): number {
  const faults = new Faults()
  const forMs = faults.attempt(() => parseGoDuration(duration, 'duration'))
  if (forMs !== undefined && !(forMs > 0 && forMs <= MAX_THROTTLE_MS))
    faults.add('duration', 'must be longer than 0s, and 24h0m0s at most')
  faults.throwIfAny()
  return Math.ceil(forMs as number)
}
