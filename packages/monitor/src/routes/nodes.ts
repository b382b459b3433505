import type { NodeInfo } from '@dureq/types'
import type { FastifyInstance } from 'fastify'
import { inWireNames } from '../codecs/field-names.ts'
import { encodeNode } from '../codecs/node.ts'
import { sendNotFound } from '../http/not-found.ts'
import { nodeSchema } from '../schemas/node.ts'
import { object, text } from '../schemas/shared.ts'
import type { RoutesOptions } from './of-client.ts'

/** A route about one node. */
interface OfNode {
  readonly Params: { readonly id: string }
}

/** Everything below `/nodes`: the nodes that live. */
export function nodeRoutes(app: FastifyInstance, options: RoutesOptions): void {
  addReads(app, options)
  addDrain(app, options)
}

const find = async ({ client }: RoutesOptions, id: string): Promise<NodeInfo | undefined> =>
  (await client.listNodes()).find(({ nodeId }) => nodeId === id)

function addReads(app: FastifyInstance, options: RoutesOptions): void {
  app.get('/nodes', { schema: { response: { 200: { type: 'array', items: nodeSchema } } } }, async () =>
    (await options.client.listNodes()).map(encodeNode),
  )

  app.get<OfNode>(
    '/nodes/:id',
    { schema: { response: { 200: nodeSchema } } },
    async ({ params: { id } }, reply) => {
      const node = await find(options, id)
      return node === undefined ? sendNotFound(reply, 'node') : encodeNode(node)
    },
  )
}

function addDrain(app: FastifyInstance, options: RoutesOptions): void {
  const path = '/nodes/:id/drain'
  const response = { 200: object({ node_id: text, status: text }) }

  app.get<OfNode>(
    path,
    { schema: { response: { 200: object({ node_id: text, draining: { type: 'boolean' } }) } } },
    async ({ params: { id } }, reply) => {
      const node = await find(options, id)
      return node === undefined
        ? sendNotFound(reply, 'node')
        : { node_id: id, draining: node.draining ?? false }
    },
  )

  app.post<OfNode>(path, { schema: { body: object({}), response } }, async ({ params: { id } }, reply) => {
    const isThere = await inWireNames(options.client.drainNode(id))
    return isThere ? { node_id: id, status: 'draining' } : sendNotFound(reply, 'node')
  })

  app.delete<OfNode>(path, { schema: { response } }, async ({ params: { id } }, reply) => {
    const isThere = await inWireNames(options.client.drainNode(id, false))
    return isThere ? { node_id: id, status: 'active' } : sendNotFound(reply, 'node')
  })
}
