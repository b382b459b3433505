import { type Client, type GroupInfo, MAX_PAGE } from '@dureq/client'
import type { JsonValue, SizeLimits } from '@dureq/types'
import type { FastifyInstance } from 'fastify'
import { inWireNames } from '../codecs/field-names.ts'
import { encodeGroup } from '../codecs/group.ts'
import { decodeItemsQuery, type PageQueryWire } from '../codecs/page-query.ts'
import { groupMessage, groupSchema } from '../schemas/group.ts'
import { query } from '../schemas/page.ts'
import { object, text } from '../schemas/shared.ts'
import { nextPage } from './next-page.ts'

/** Most groups of one answer. */
const MOST_GROUPS = 1_000

/** Everything below `/groups`. */
export function groupRoutes(
  app: FastifyInstance,
  { client, limits }: { readonly client: Client; readonly limits: SizeLimits },
): void {
  app.get<{ Querystring: PageQueryWire }>(
    '/groups',
    {
      schema: {
        querystring: query('limit', 'cursor'),
        response: { 200: { type: 'array', items: groupSchema } },
      },
    },
    async ({ query: wire }, reply) => {
      const { limit } = decodeItemsQuery(wire, MOST_GROUPS)
      const { groups, cursor } = await readGroups(client, limit, wire.cursor || undefined)
      if (cursor !== undefined) reply.header('link', nextPage('/api/groups', { limit, cursor }))
      return groups.map(encodeGroup)
    },
  )
  addMessages(app, client, limits)
}

interface MessageWire {
  readonly task_type: string
  readonly payload?: JsonValue
}

function addMessages(app: FastifyInstance, client: Client, { payload: largest }: SizeLimits): void {
  const schema = {
    body: groupMessage,
    response: { 201: object({ name: text, size: { type: 'integer', minimum: 1 } }) },
  }
  app.post<{ Params: { readonly group: string }; Body: MessageWire }>(
    '/groups/:group',
    // A text may be up to three times as long as the store keeps it, when everything beyond ASCII is escaped.
    { bodyLimit: 3 * largest + 64 * 1024, schema },
    async ({ params: { group }, body: { task_type: taskType, payload = null } }, reply) => {
      const { size } = await inWireNames(client.enqueueGroup({ group, taskType, payload }))
      return reply.code(201).send({ name: group, size })
    },
  )
}

/** As many groups as are asked for, page by page. */
async function readGroups(
  client: Client,
  limit: number,
  from: string | undefined,
): Promise<{ readonly groups: readonly GroupInfo[]; readonly cursor: string | undefined }> {
  const groups: GroupInfo[] = []
  let cursor = from
  do {
    const rest = Math.min(MAX_PAGE, limit - groups.length)
    const options = { limit: rest, sort: 'oldest' as const }
    const page = await inWireNames(client.listGroups(cursor === undefined ? options : { ...options, cursor }))
    groups.push(...page.groups)
    cursor = page.cursor
  } while (cursor !== undefined && groups.length < limit)
  return { groups, cursor }
}
