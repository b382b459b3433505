import type { JsonSchema } from '@dureq/types'
import type { OpenApiDocument, OpenApiOperation } from './document.ts'

/**
 * The Markdown table of all operations of a document: the table of READMEs. Members that may be missing have a `?`.
 */
export function routesTable({ paths }: OpenApiDocument): string {
  const rows = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const route = `\`${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}\``
      return row([route, operation.summary, takes(operation), answers(operation)])
    }),
  )
  return [
    row(['route', 'what it does', 'takes', 'answers']),
    row(['---', '---', '---', '---']),
    ...rows,
    '',
  ].join('\n')
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function takes({ parameters = [], requestBody }: OpenApiOperation): string {
  const query = parameters.filter((each) => each.in === 'query').map(({ name }) => name)
  const body = requestBody === undefined ? '' : bodyOf(requestBody.content)
  return [
    ...(query.length > 0 ? [`\`?${query.join('&')}\``] : []),
    ...(body === '' || body === '`{}`' ? [] : [body]),
  ].join(', ')
}

function answers({ responses }: OpenApiOperation): string {
  const statuses = Object.entries(responses).filter(([status]) => status !== '5XX')
  const good = statuses.flatMap(([status, answer]) =>
    'content' in answer && answer.content !== undefined ? [`${status} ${bodyOf(answer.content)}`] : [],
  )
  const errors = statuses.filter(([, answer]) => '$ref' in answer).map(([status]) => status)
  const own = errors.filter((status) => ['404', '409', '429'].includes(status))
  return [...good, ...own].join(', ')
}

function bodyOf(content: Readonly<Record<string, { readonly schema: JsonSchema }>>): string {
  const [entry] = Object.entries(content)
  if (entry === undefined) return ''
  const [type, { schema }] = entry
  return type === 'application/json' ? `\`${shapeOf(schema)}\`` : `\`${type}\``
}

/** The Markdown table of what the named schemas of a document have. */
export function schemasTable({ components }: OpenApiDocument): string {
  const named = Object.entries(components.schemas).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const rows = named.map(([name, schema]) => row([`\`${name}\``, `\`${shapeOf(schema)}\``]))
  return [row(['schema', 'members']), row(['---', '---']), ...rows, ''].join('\n')
}

/** A schema in a word: its name, a list of such, or its members. */
function shapeOf(schema: JsonSchema): string {
  const { $ref, type, items, anyOf, properties, required = [] } = schema
  if (typeof $ref === 'string') return $ref.slice($ref.lastIndexOf('/') + 1)
  if (Array.isArray(anyOf)) return anyOf.map((each: JsonSchema) => shapeOf(each)).join(' or ')
  if (type === 'array') return `${shapeOf((items ?? {}) as JsonSchema)}[]`
  if (typeof properties !== 'object') return type === 'object' ? '{ … }' : type === 'string' ? 'text' : 'any'
  const members = Object.entries(properties as Readonly<Record<string, JsonSchema>>).map(([name, member]) => {
    const isOptional = !(required as readonly string[]).includes(name)
    const inner =
      typeof member['$ref'] === 'string' || member['type'] === 'array' ? `: ${shapeOf(member)}` : ''
    return `${name}${isOptional ? '?' : ''}${inner}`
  })
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}
