import { type JsonSchema, nameLimits } from '@dureq/types'
import type { FastifyInstance } from 'fastify'
import { operations } from '../operations/all.ts'
import type { Operation } from '../operations/operation.ts'
import { object, text } from '../schemas/shared.ts'

/** The schemas of a route, by what they are for. */
export interface RouteSchemas {
  readonly params?: JsonSchema
  readonly querystring?: JsonSchema
  readonly body?: JsonSchema
  /** By status. */
  readonly response?: Readonly<Record<string, JsonSchema>>
}

/** A route as it is documented. */
export interface DescribedRoute {
  readonly method: string
  /** With `:name` where a parameter stands. */
  readonly url: string
  /** Which resource it belongs to: the first part of its path below the prefix. */
  readonly tag: string
  readonly schemas: RouteSchemas
  /** What it is for; undefined when nobody has said so. */
  readonly operation: Operation | undefined
}

/**
 * Collects the routes that are added to an application from now on, and completes their schemas: each has one of the
 * parameters in its path.
 */
export function describeRoutes(app: FastifyInstance): readonly DescribedRoute[] {
  const routes: DescribedRoute[] = []
  app.addHook('onRoute', (route) => {
    const params = paramsOf(route.url)
    if (params !== undefined) route.schema = { params, ...route.schema }
    for (const method of [route.method].flat()) {
      if (method === 'HEAD') continue // Fastify adds it to every GET
      const path = route.routePath
      const schemas: RouteSchemas = { ...(route.schema as RouteSchemas | undefined) }
      const [, tag = ''] = path.split('/')
      routes.push({ method, url: route.url, tag, schemas, operation: operations[`${method} ${path}`] })
    }
  })
  return routes
}

/** What stands in a path is a name, or an id, which is shorter. */
const pathPart: JsonSchema = { ...text, maxLength: Math.max(...Object.values(nameLimits)) }

function paramsOf(url: string): JsonSchema | undefined {
  const names = [...url.matchAll(/:(\w+)/g)].map(([, name]) => name as string)
  return names.length === 0 ? undefined : object(Object.fromEntries(names.map((name) => [name, pathPart])))
}
