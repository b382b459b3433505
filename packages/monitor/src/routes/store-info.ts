import type { StoreInfo } from '@dureq/types'
import type { FastifyInstance } from 'fastify'
import { query } from '../schemas/page.ts'
import { object, text, textMap } from '../schemas/shared.ts'
import type { RoutesOptions } from './of-client.ts'

const infoSchema = object({
  mode: { enum: ['standalone', 'cluster'] },
  nodes: {
    type: 'array',
    items: object({ addr: text, role: text, sections: { type: 'object', additionalProperties: textMap } }),
  },
})

const retriesSchema = object({
  pending: { type: 'integer' },
  failed: { type: 'integer' },
  recent: { type: 'array', maxItems: 0 },
})

/** What pages want to know of the store: its servers, whatever it is, and writes that are tried again (there are none). */
export function storeInfoRoutes(app: FastifyInstance, { client }: RoutesOptions): void {
  app.get<{ Querystring: { readonly section?: string } }>(
    '/redis/info',
    { schema: { querystring: query('section'), response: { 200: infoSchema } } },
    async ({ query: { section = 'all' } }) => encodeInfo(await client.storeInfo(), section || 'all'),
  )

  // What a step changes, it changes whole: there is nothing to try again later.
  app.get('/sync-retries', { schema: { response: { 200: retriesSchema } } }, async () => ({
    pending: 0,
    failed: 0,
    recent: [],
  }))
}

function encodeInfo({ servers = [] }: StoreInfo, section: string): object {
  const isCluster = servers.some(({ sections }) => sections['server']?.['redis_mode'] === 'cluster')
  return {
    mode: isCluster ? 'cluster' : 'standalone',
    nodes: servers.map(({ address, role, sections }) => ({
      addr: address,
      role,
      sections: section === 'all' ? sections : pick(sections, section),
    })),
  }
}

function pick<Value>(record: Readonly<Record<string, Value>>, name: string): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(record).filter(([each]) => each === name.toLowerCase()))
}
