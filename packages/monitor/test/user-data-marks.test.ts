import { expect, it } from 'vitest'
import { withApi } from './fixtures/api.ts'

/** Members that hold what users handed in, by their names. */
const ofUsers = /^(payload|output|input|headers|progress|details|result_data|onetime_payload)$/

/** Paths of members in answers that may be any JSON, or have such a name, and are not marked as user data. */
function unmarked(schema: unknown, path: string): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return []
  if (Array.isArray(schema)) return schema.flatMap((each, i) => unmarked(each, `${path}[${i}]`))
  if ('x-user-data' in schema) return []
  const members = Object.entries((schema as { properties?: object }).properties ?? {})
  const bare = members.flatMap(([name, member]) => {
    const isAny = Object.keys(member as object).every((key) => key === 'description')
    const isMarked = typeof member === 'object' && member !== null && 'x-user-data' in member
    const isStructure =
      typeof member === 'object' && member !== null && ('$ref' in member || 'properties' in member)
    return !isMarked && !isStructure && (isAny || ofUsers.test(name)) ? [`${path}.${name}`] : []
  })
  return [...bare, ...Object.entries(schema).flatMap(([key, inner]) => unmarked(inner, `${path}/${key}`))]
}

it('every member of an answer that users have handed in is marked as such', () =>
  withApi(async ({ app }) => {
    const found: string[] = []
    const body = (await app.inject('/api/openapi.json')).json()
    for (const [path, methods] of Object.entries<Record<string, { responses?: object }>>(body.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        const responses = Object.entries(operation.responses ?? {}).filter(([status]) =>
          status.startsWith('2'),
        )
        found.push(...unmarked(Object.fromEntries(responses), `${method} ${path}`))
      }
    }
    for (const [name, schema] of Object.entries(body.components.schemas)) {
      // Its member `progress` is a number that was read out of what the handler reported.
      if (!name.endsWith('Request') && name !== 'JobProgress') found.push(...unmarked(schema, name))
    }
    expect(found).toEqual([])
  }))
