import type { FastifyInstance } from 'fastify'
import { allowFiles, PAGES, restrictPage } from './page-files.ts'

/** What the page is made of. Only these are served: nothing a request says becomes a path. */
const parts = ['api.js', 'docs.js', 'style.css'] as const

/**
 * `/docs`, a page for people that shows `openapi.json`. It has nothing of the store in it and needs no token; for what it shows
 * it asks for one.
 */
export async function docsPages(app: FastifyInstance): Promise<void> {
  await allowFiles(app)
  app.get('/docs', async (_, reply) => restrictPage(reply).sendFile('docs.html', PAGES))
  for (const part of parts)
    app.get(`/docs/${part}`, async (_, reply) => restrictPage(reply).sendFile(part, PAGES))
}
