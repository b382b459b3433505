import { Faults, isPlainObject } from '@dureq/types'
import { compile, type JSONPathQuery } from 'json-p3'

/** What of user data is not to be shown. */
export interface RedactionRule {
  /**
   * A JSONPath (RFC 9535) into a payload, an output, headers, an input or a progress, which are its root: `$..password`,
   * `$.card.number`, `$.rows[*].iban`. Without filters, with `..` at most once, before a
   * name, and with `*` at most three times, so that it takes time by the size of the data.
   */
  readonly path: string
  /** What stands in its place. Default: `***`. */
  readonly with?: string
}

/** A rule that can be applied. */
export interface CompiledRule {
  readonly query: JSONPathQuery
  readonly replacement: string
}

const MOST_RULES = 20
const MOST_CHARACTERS = 1_000
const MOST_DESCENTS = 1
const MOST_WILDCARDS = 3
const MOST_SELECTORS = 32

/**
 * The rules, ready to be applied.
 *
 * @throws ValidationError naming every fault, as `redact[0].path`.
 */
export function compileRules(rules: readonly RedactionRule[]): readonly CompiledRule[] {
  const faults = new Faults()
  if (!Array.isArray(rules)) faults.add('redact', 'must be a list of rules')
  else if (rules.length > MOST_RULES)
    faults.add('redact', `must not be more than ${MOST_RULES} rules`, MOST_RULES)
  faults.throwIfAny()
  const compiled = rules.flatMap((rule, i) => compileRule(rule, `redact[${i}]`, faults) ?? [])
  faults.throwIfAny()
  return compiled
}

function compileRule(rule: RedactionRule, field: string, faults: Faults): CompiledRule | undefined {
  if (!isPlainObject(rule)) return faults.add(field, 'must be an object') as undefined
  const { path, with: replacement = '***', ...others } = rule
  for (const name of Object.keys(others)) faults.add(`${field}.${name}`, 'is not known')
  if (typeof replacement !== 'string') faults.add(`${field}.with`, 'must be a text')
  const problem = problemOf(path)
  if (problem !== undefined) return faults.add(`${field}.path`, problem) as undefined
  try {
    return { query: compile(path), replacement }
  } catch (error) {
    return faults.add(`${field}.path`, `is no JSONPath: ${(error as Error).message}`) as undefined
  }
}

function problemOf(path: unknown): string | undefined {
  if (typeof path !== 'string' || path === '') return 'must be a JSONPath'
  if (path.length > MOST_CHARACTERS) return `must not be longer than ${MOST_CHARACTERS} characters`
  const unquoted = path.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '')
  if (unquoted.includes('?')) return 'must not have filters'
  if (count(unquoted, /\.\./g) > MOST_DESCENTS) return 'must not have ".." more than once'
  if (/\.\.\s*[*[]/.test(unquoted)) return 'must have a name after ".."'
  if (count(unquoted, /\*/g) > MOST_WILDCARDS) return `must not have more than ${MOST_WILDCARDS} times "*"`
  if (count(unquoted, /[,:]/g) > MOST_SELECTORS)
    return `must not have more than ${MOST_SELECTORS} selectors in lists`
  return undefined
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0
}
