import type { FastifyInstance } from 'fastify'
import type { DescribedRoute } from '../openapi/described-routes.ts'
import { type OpenApiDocument, openApiDocument } from '../openapi/document.ts'

/** Any JSON object: the document says itself what it is. */
const response = { 200: { type: 'object', required: ['openapi', 'info', 'paths'] } }

/** The API as a document for programs, made when it is first asked for. */
export function openApiRoutes(app: FastifyInstance, routes: readonly DescribedRoute[]): void {
  let document: OpenApiDocument | undefined
  app.get('/openapi.json', { schema: { response } }, async () => {
    document ??= openApiDocument(routes)
    return document
  })
}
