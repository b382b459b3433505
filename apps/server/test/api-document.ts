import { monitorPlugin, type OpenApiDocument } from '@dureq/monitor'
import { createSqliteStore } from '@dureq/sqlite-store'
import { fastify } from 'fastify'

/** What the API says of itself. */
export async function readApiDocument(): Promise<OpenApiDocument> {
  const store = createSqliteStore({ path: ':memory:' })
  const app = fastify()
  await app.register(monitorPlugin, { store })
  const response = await app.inject('/api/openapi.json')
  await app.close()
  await store.close()
  return response.json<OpenApiDocument>()
}
