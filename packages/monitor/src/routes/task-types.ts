import type { FastifyInstance } from 'fastify'
import { inWireNames } from '../codecs/field-names.ts'
import { decodeTaskTypeLimits, type TaskTypeLimitsWire } from '../codecs/flow-request.ts'
import { encodeTaskType } from '../codecs/queue.ts'
import { taskTypeLimits } from '../schemas/flow-request.ts'
import { taskTypeSchema } from '../schemas/queue.ts'
import { object, text } from '../schemas/shared.ts'
import type { RoutesOptions } from './of-client.ts'

/** A route about one task type. */
interface OfTaskType {
  readonly Params: { readonly type: string }
}

const response = { 200: object({ task_type: text, status: text }) }

/** Everything below `/task-types`. */
export function taskTypeRoutes(app: FastifyInstance, { client }: RoutesOptions): void {
  app.get(
    '/task-types',
    { schema: { response: { 200: { type: 'array', items: taskTypeSchema } } } },
    async () => (await client.queues()).taskTypes.map(encodeTaskType),
  )

  for (const [verb, order, status] of [
    ['pause', 'pauseTaskType', 'paused'],
    ['resume', 'resumeTaskType', 'resumed'],
  ] as const) {
    app.post<OfTaskType>(
      `/task-types/:type/${verb}`,
      { schema: { body: object({}), response } },
      async ({ params: { type } }) => {
        await inWireNames(client[order](type))
        return { task_type: type, status }
      },
    )
  }

  app.put<OfTaskType & { Body: TaskTypeLimitsWire }>(
    '/task-types/:type/limits',
    { schema: { body: taskTypeLimits, response } },
    async ({ params: { type }, body }) => {
      await inWireNames(client.setTaskTypeLimits(type, decodeTaskTypeLimits(body)))
      return { task_type: type, status: 'updated' }
    },
  )

  app.delete<OfTaskType>(
    '/task-types/:type/limits',
    { schema: { response } },
    async ({ params: { type } }) => {
      await inWireNames(client.setTaskTypeLimits(type, undefined))
      return { task_type: type, status: 'deleted' }
    },
  )
}
