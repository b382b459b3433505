import { readFileSync } from 'node:fs'
import { STATUS_CODES } from 'node:http'
import type { JsonSchema } from '@dureq/types'
import { errorSchema } from '../schemas/error.ts'
import { type Components, createComponents } from './components.ts'
import type { DescribedRoute, RouteSchemas } from './described-routes.ts'

/** A parameter of an operation in a document. */
export interface OpenApiParameter {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly required: boolean
  readonly description?: string
  readonly schema: JsonSchema
}

/** A body by its media type. */
export interface OpenApiContent {
  readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>
}

/** One operation of a document. */
export interface OpenApiOperation {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly parameters?: readonly OpenApiParameter[]
  readonly requestBody?: OpenApiContent & { readonly required: boolean }
  /** By status; errors are references to the one answer all of them are. */
  readonly responses: Readonly<
    Record<string, (Partial<OpenApiContent> & { readonly description: string }) | { readonly $ref: string }>
  >
}

/** An OpenAPI 3.1 document, as far as one of ours goes. */
export interface OpenApiDocument {
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  /** By path, with `{name}` where a parameter stands, and method in small letters. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>
    readonly responses: Readonly<Record<string, object>>
    readonly securitySchemes: Readonly<Record<string, object>>
  }
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
}

/** The document of these routes; every schema with a name stands in it once. */
export function openApiDocument(routes: readonly DescribedRoute[]): OpenApiDocument {
  const components = createComponents()
  const error = { description: 'What went wrong', content: json(components.refer(errorSchema)) }
  const paths: Record<string, Record<string, OpenApiOperation>> = {}
  for (const route of routes) {
    const path = route.url.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, components) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'dureq',
      version: versionOf(new URL('../../package.json', import.meta.url)),
      description: 'Create jobs, workflows and batches, see how they are, steer them.',
    },
    paths,
    components: {
      schemas: components.schemas,
      responses: { Error: error },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
    // A server without tokens asks for none.
    security: [{ token: [] }, {}],
  }
}

function versionOf(manifest: URL): string {
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }).version
}

function operationOf({ operation, tag, schemas }: DescribedRoute, components: Components): OpenApiOperation {
  const parameters = [
    ...parametersOf('path', schemas.params, components),
    ...parametersOf('query', schemas.querystring, components),
  ]
  const { body } = schemas
  return {
    operationId: operation?.id ?? '',
    summary: operation?.summary ?? '',
    tags: [tag],
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && {
      requestBody: { required: !isOptional(body), content: json(components.refer(body)) },
    }),
    responses: {
      ...answersOf(schemas, components),
      ...Object.fromEntries(
        errorsOf(schemas, operation?.refusals).map((status) => [
          status,
          { $ref: '#/components/responses/Error' },
        ]),
      ),
    },
  }
}

function json(schema: JsonSchema): OpenApiContent['content'] {
  return { 'application/json': { schema } }
}

/** No body at all counts as an empty object. */
function isOptional({ required = [] }: JsonSchema): boolean {
  return (required as readonly string[]).length === 0
}

function parametersOf(
  place: 'path' | 'query',
  schema: JsonSchema | undefined,
  components: Components,
): readonly OpenApiParameter[] {
  const members = Object.entries((schema?.['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>)
  return members.map(([name, { description, ...each }]) => ({
    name,
    in: place,
    required: place === 'path',
    ...(typeof description === 'string' && { description }),
    schema: components.refer(each),
  }))
}

function answersOf({ response = {} }: RouteSchemas, components: Components): OpenApiOperation['responses'] {
  const answers = Object.entries(response).map(([status, schema]) => {
    const description = STATUS_CODES[status] ?? 'An answer'
    const isWhole = schema['content'] !== undefined || schema['type'] === 'null'
    if (!isWhole) return [status, { description, content: json(components.refer(schema)) }] as const
    const { content } = schema as Partial<OpenApiContent>
    return [status, { description, ...(content && { content }) }] as const
  })
  return Object.fromEntries(answers)
}

/** The errors a route can answer with: what it refuses, what is wrong with a request, and whose it is. */
function errorsOf(
  { params, querystring, body }: RouteSchemas,
  refusals: readonly number[] = [],
): readonly string[] {
  const isWrong = params !== undefined || querystring !== undefined || body !== undefined
  const ofRequest = [...(isWrong ? [400] : []), ...(body === undefined ? [] : [413, 415])]
  return [
    ...[...new Set([...ofRequest, 401, 403, 429, ...refusals])].toSorted((a, b) => a - b).map(String),
    '5XX',
  ]
}
