import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, it } from 'vitest'
import { operations } from '../src/operations/all.ts'
import { withApi } from './fixtures/api.ts'

it('is a valid OpenAPI 3.1 document', () =>
  withApi(async ({ get }) => {
    const { status, body } = await get('/api/openapi.json')
    expect(status).toBe(200)
    expect(await new Validator().validate(body)).toEqual({ valid: true })
  }))

it('describes every route there is, whole, and nothing else', () =>
  withApi(async ({ get, app }) => {
    const { paths } = (await get('/api/openapi.json')).body
    const described: string[] = []
    const ids = new Set<string>()
    for (const [path, methods] of Object.entries<Record<string, Record<string, unknown>>>(paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        const route = `${method.toUpperCase()} ${path.slice('/api'.length).replaceAll(/\{(\w+)\}/g, ':$1')}`
        described.push(route)
        ids.add(operation['operationId'] as string)
        expect(operation, route).toMatchObject({
          operationId: expect.stringMatching(/^[a-z]+[A-Za-z]*$/),
          summary: expect.stringMatching(/\S/),
          tags: [expect.stringMatching(/^[a-z]/)],
        })
        const parameters = (operation['parameters'] ?? []) as {
          in: string
          name: string
          description?: string
        }[]
        for (const each of parameters.filter((one) => one.in === 'query'))
          expect(each.description, `${route} ${each.name}`).toMatch(/\S/)
        const statuses = Object.keys(operation['responses'] as object)
        expect(statuses, route).toEqual(expect.arrayContaining(['401', '403', '5XX']))
        expect(
          statuses.filter((status) => /^[123]/.test(status)),
          route,
        ).toHaveLength(1)
        expect(
          app.hasRoute({ method: method.toUpperCase() as 'GET', url: `/api${route.split(' ')[1]}` }),
        ).toBe(true)
      }
    }
    expect(described.toSorted()).toEqual(Object.keys(operations).toSorted())
    expect(ids.size).toBe(described.length)
  }))
