import {
  Faults,
  type HandlerSetting,
  type JsonSchema,
  type Retention,
  type TierConfig,
  ValidationError,
} from '@dureq/types'
import type { FastifyInstance } from 'fastify'
import {
  encodeConfig,
  handlerMembers,
  nodeMembers,
  retentionMembers,
  schedulerMembers,
  tierMembers,
} from '../codecs/config.ts'
import { inWireNames } from '../codecs/field-names.ts'
import { listOf, type Members, objectOf, readLength, readMembers } from '../codecs/wire-members.ts'
import {
  configSchema,
  handlerSchema,
  nodesSchema,
  retentionSchema,
  schedulerSchema,
  tierSchema,
} from '../schemas/config.ts'
import { goDuration, object, readByCodec, text } from '../schemas/shared.ts'
import type { RoutesOptions } from './of-client.ts'

const response = { 200: object({ status: text }) }

/** Any JSON object, which the codec reads. */
const objectLike = (shape: JsonSchema): JsonSchema => ({ type: 'object', ...readByCodec(shape) })

const updated = { status: 'updated' }

/** Everything below `/config`: what all nodes follow. */
export function configRoutes(app: FastifyInstance, options: RoutesOptions): void {
  const { client } = options
  app.get('/config', { schema: { response: { 200: configSchema } } }, async () =>
    encodeConfig(await client.getSettings()),
  )
  addHandlers(app, options)
  addWhole(app, options)
  app.put<{ Body: { readonly tiers: unknown } }>(
    '/config/tiers',
    { schema: { body: object({ tiers: readByCodec({ type: 'array', items: tierSchema }) }), response } },
    async ({ body }) => {
      const faults = new Faults()
      const tiers = listOf(objectOf(() => tierMembers))(body.tiers, 'tiers', faults)
      faults.throwIfAny()
      await inWireNames(client.setTiers(tiers as readonly TierConfig[]))
      return updated
    },
  )
  app.put<{ Body: { readonly after: unknown } }>(
    '/config/unserved',
    { schema: { body: object({ after: readByCodec({ anyOf: [goDuration, { type: 'null' }] }) }), response } },
    async ({ body: { after } }) => {
      const faults = new Faults()
      const ms = after === null ? undefined : readLength(after, 'after', faults)
      faults.throwIfAny()
      await named({ unservedMs: 'after' }, client.setUnservedMs(ms))
      return updated
    },
  )
}

/** A route about one handler. */
interface OfHandler {
  readonly Params: { readonly name: string }
}

function addHandlers(app: FastifyInstance, { client }: RoutesOptions): void {
  app.put<OfHandler & { Body: object }>(
    '/config/handlers/:name',
    { schema: { body: objectLike(handlerSchema), response } },
    async ({ params: { name }, body }) => {
      const setting = readBody(body, handlerMembers) as HandlerSetting
      await named(handlerNames, client.configureHandler(name, setting))
      return updated
    },
  )
  app.delete<OfHandler>('/config/handlers/:name', { schema: { response } }, async ({ params: { name } }) => {
    await named({}, client.configureHandler(name, undefined))
    return { status: 'deleted' }
  })
}

function addWhole(app: FastifyInstance, { client }: RoutesOptions): void {
  app.put<{ Body: object }>(
    '/config/nodes',
    { schema: { body: objectLike(nodesSchema), response } },
    async ({ body }) => {
      await named({}, client.configureNodes(readBody(body, nodeMembers)))
      return updated
    },
  )
  app.put<{ Body: object }>(
    '/config/scheduler',
    { schema: { body: objectLike(schedulerSchema), response } },
    async ({ body }) => {
      await named(schedulerNames, client.configureScheduler(readBody(body, schedulerMembers)))
      return updated
    },
  )
  app.put<{ Body: object }>(
    '/config/retention',
    { schema: { body: objectLike(retentionSchema), response } },
    async ({ body }) => {
      await named(retentionNames, client.setRetention(readBody(body, retentionMembers) as Retention))
      return updated
    },
  )
}

/** What a body says, under our names. */
function readBody(body: unknown, members: Members): object {
  const faults = new Faults()
  const value = readMembers(body, '', { members, faults })
  faults.throwIfAny()
  return value as object
}

/** The names on the wire of lengths of time, which ours give in milliseconds. */
const handlerNames = { timeoutMs: 'timeout' }
const schedulerNames = { tickIntervalMs: 'tick_interval' }
const retentionNames = { completedMs: 'completed', deadMs: 'dead', cancelledMs: 'cancelled' }

/** Lets faults be told with the names of the wire. */
async function named(names: Readonly<Record<string, string>>, changing: Promise<void>): Promise<void> {
  try {
    await changing
  } catch (error) {
    if (!ValidationError.is(error)) throw error
    const fields = error.fields.map((fault) => ({ ...fault, field: names[fault.field] ?? fault.field }))
    await inWireNames(Promise.reject(new ValidationError(fields, { cause: error })))
  }
}
