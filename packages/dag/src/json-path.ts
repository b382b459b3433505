import { compile, type JSONPathQuery, type JSONValue } from 'json-p3'

/** Longest path accepted, in characters. */
const MAX_PATH = 1_000

/** A value that a path has found, and the names and indexes that lead to it. */
export interface FoundValue {
  readonly value: unknown
  readonly location: readonly (string | number)[]
}

/** What is wrong with a path, in words that complete "<field> ..."; undefined when it can be used. */
export function pathProblem(path: string): string | undefined {
  if (path.length > MAX_PATH) return `must not be longer than ${MAX_PATH} characters`
  if (!beyondNames.test(path) && !/\p{Cs}/u.test(path)) return undefined
  try {
    compilePath(path)
    return undefined
  } catch (error) {
    return `is no JSONPath: ${error instanceof Error ? error.message : String(error)}`
  }
}

/**
 * The first value a path finds; undefined when it finds none.
 *
 * @param path member names with dots between, after an optional `$.`, or any JSONPath of RFC 9535.
 * @throws when the path is none, or goes deeper into the value than the library does.
 */
export function findFirst(path: string, value: unknown): FoundValue | undefined {
  const { value: node } = compilePath(path)
    .lazyQuery(value as JSONValue)
    [Symbol.iterator]()
    .next()
  return node && { value: node.value, location: node.location }
}

/** Brackets, wildcards, filters, descendants: what plain names with dots between have none of. */
const beyondNames = /[[\]*?()'"@]|\.\./

function compilePath(path: string): JSONPathQuery {
  if (beyondNames.test(path)) return compile(inFull(path))
  const names = path.replace(/^\$(?:\.|$)/, '').split('.')
  return compile(
    `$${names
      .filter((name) => name !== '')
      .map(selector)
      .join('')}`,
  )
}

function inFull(path: string): string {
  if (path.startsWith('$')) return path
  return path.startsWith('[') || path.startsWith('.') ? `$${path}` : `$.${path}`
}

function selector(name: string): string {
  return `[${JSON.stringify(name)}]`
}
