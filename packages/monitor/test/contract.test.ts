import { checkJsonSchema, type JsonSchema } from '@dureq/types'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpenApiDocument, OpenApiOperation } from '../src/index.ts'
import { operations } from '../src/operations/all.ts'
import { errorSchema } from '../src/schemas/error.ts'
import { type Answer, type Api, openApi } from './fixtures/api.ts'
import { accepted, refused } from './fixtures/contract-cases.ts'
import { type FullStore, fillStore } from './fixtures/full-store.ts'
import { type Request, requestTo } from './fixtures/request.ts'

const token = 'a-token-of-some-length'

/** What is listened to, and not answered: the tests of the feed do that. */
const listening = ['GET /ws', 'GET /events']

/** Sends a request, with the operator's token unless it has headers of its own. */
async function send(api: Api, { method, path, body, headers }: Request): Promise<Answer> {
  const response = await api.app.inject({
    method,
    url: `/api${path}`,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      authorization: `Bearer ${token}`,
      ...headers,
    },
    ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return { status: response.statusCode, headers: response.headers, body: JSON.parse(response.body) }
}

describe('each route', () => {
  const routes = Object.keys(operations)
  let api: Api
  let store: FullStore
  let document: OpenApiDocument
  beforeAll(async () => {
    api = await openApi({ apiToken: token, loopbackOnly: true, failuresPerMinute: 1_000_000 })
    const operator: Api = { ...api, ...withToken(api) }
    store = await fillStore(operator)
    document = (await operator.get('/api/openapi.json')).body
  }, 60_000)
  afterAll(() => api.close())

  function operationOf(route: string): OpenApiOperation {
    const [method = '', path = ''] = route.split(' ')
    const found = document.paths[`/api${path.replace(/:(\w+)/g, '{$1}')}`]?.[method.toLowerCase()]
    if (found === undefined) throw new Error(`${route} is not in the document`)
    return found
  }

  function expectRefusal({ status, body }: Answer, expected: number): void {
    expect([status, body.error], JSON.stringify(body)).toEqual([expected, expect.any(String)])
    checkJsonSchema(errorSchema, body, 'answer')
  }

  it.each(routes.filter((route) => !listening.includes(route)))(
    '%s answers as the document says',
    async (route) => {
      const make = accepted[route]
      if (make === undefined) throw new Error('there is no request for it in contract-cases.ts')
      const answer = await send(api, await make({ api: { ...api, ...withToken(api) }, store }))
      const { responses } = operationOf(route)
      const good = Object.keys(responses).find((status) => status.startsWith('2'))
      expect(answer.status, JSON.stringify(answer.body)).toBe(Number(good))
      checkJsonSchema(schemaOf(document, responses[good as string] as object), answer.body, 'answer')
    },
  )

  it.each(routes)('%s is answered 401 without the token', async (route) => {
    const headers = { authorization: 'Bearer another-token-of-some-length' }
    expectRefusal(await send(api, { ...requestTo(route), headers }), 401)
  })

  it.each(routes)('%s is answered 403 when it is called by a foreign name', async (route) => {
    expectRefusal(await send(api, { ...requestTo(route), headers: { host: 'evil.example.com' } }), 403)
  })

  it.each(routes.filter((route) => /:/.test(route)))(
    '%s is answered 400 for a path that cannot be read',
    async (route) => {
      const { path, ...rest } = requestTo(route)
      expectRefusal(await send(api, { ...rest, path: path.replace(/none\w*/, '%zz') }), 400)
    },
  )

  it.each(routes)('%s is answered 400 for a query or body that is wrong', async (route) => {
    const { parameters = [], requestBody } = operationOf(route)
    const request = requestTo(route)
    if (parameters.some((each) => each.in === 'query'))
      expectRefusal(await send(api, { ...request, path: `${request.path}?nonsense=1` }), 400)
    if (requestBody !== undefined)
      for (const body of ['{"a":', '{"a":12345678901234567890}', '\u0000'])
        expectRefusal(await send(api, { ...request, body }), 400)
  })

  it.each(routes)('%s refuses what the document says', async (route) => {
    const declared = Object.keys(operationOf(route).responses)
    const cases = refused[route] ?? {}
    // 429 is also what an address is told that was refused too often: the guard's own test.
    const own = new Set([...declared.filter((status) => /^(404|409)$/.test(status)), ...Object.keys(cases)])
    for (const status of own) {
      const make = cases[status] ?? (status === '404' ? () => requestTo(route, bodyFor(route)) : undefined)
      if (make === undefined) throw new Error(`there is no request that it refuses with ${status}`)
      expectRefusal(
        await send(api, await make({ api: { ...api, ...withToken(api) }, store })),
        Number(status),
      )
    }
    expect(Object.keys(cases).filter((status) => !declared.includes(status))).toEqual([])
  })
})

/** The body a route takes, whatever it is about. */
function bodyFor(route: string): unknown {
  const bodies: Readonly<Record<string, unknown>> = {
    'PUT /jobs/:id/payload': { payload: 1 },
    'PUT /jobs/:id/version': { version: 'v2' },
    'PUT /schedules/:id': { schedule: { type: 'DURATION', interval: '1h' } },
    'POST /schedules/:id/backfill': { from: '2026-01-01T00:00:00Z', to: '2026-01-01T01:00:00Z' },
    'POST /workflows/:id/signals': { name: 'go' },
  }
  return bodies[route] ?? (/^(POST|PUT)/.test(route) ? {} : undefined)
}

function withToken(api: Api): Pick<Api, 'get' | 'post' | 'put' | 'delete'> {
  const call = (method: Request['method'], path: string, body?: unknown): Promise<Answer> =>
    send(api, { method, path: path.replace(/^\/api/, ''), body })
  return {
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    put: (path, body) => call('PUT', path, body),
    delete: (path) => call('DELETE', path),
  }
}

/** The schema of an answer in a document, with what its references lead to. */
function schemaOf({ components }: OpenApiDocument, answer: object): JsonSchema {
  const { content } = answer as { content: Record<string, { schema: JsonSchema }> }
  return { ...content['application/json']?.schema, components }
}
