import type { JsonValue } from '@dureq/types'
import { type CompiledRule, compileRules, type RedactionRule } from './rules.ts'

/** Hides what rules name, on its way to whoever looks; what is stored stays as it is. */
export interface Redactor {
  /** The same value where no rule fits, else a copy with replacements in it. */
  value(value: JsonValue): JsonValue
  /** The same of a member of user data that is shown by itself: the rules see it at its path. */
  member(value: JsonValue, path: readonly string[]): JsonValue
}

/**
 * A redactor of rules; undefined when there are none.
 *
 * @throws ValidationError naming every fault of the rules.
 */
export function createRedactor(rules: readonly RedactionRule[] = []): Redactor | undefined {
  const compiled = compileRules(rules)
  if (compiled.length === 0) return undefined
  const value = (given: JsonValue): JsonValue => redact(given, compiled)
  return {
    value,
    member(given, path) {
      const whole = path.reduceRight<JsonValue>((inner, name) => ({ [name]: inner }), given)
      return path.reduce<JsonValue>(
        (outer, name) => (isObject(outer) ? (outer[name] ?? null) : outer),
        value(whole),
      )
    },
  }
}

function redact(given: JsonValue, rules: readonly CompiledRule[]): JsonValue {
  let shown = given
  for (const { query, replacement } of rules) {
    const locations = locate(query, shown)
    if (locations === undefined) return replacement
    for (const location of locations) {
      if (location.length === 0) return replacement
      if (shown === given) shown = structuredClone(given)
      replaceAt(shown, location, replacement)
    }
  }
  return shown
}

/** Where a rule fits; undefined where that cannot be found out, as what is nested too deep (50) or in itself: better hidden than shown. */
function locate(
  query: CompiledRule['query'],
  value: JsonValue,
): readonly (readonly (string | number)[])[] | undefined {
  try {
    return query.query(value as never).locations()
  } catch {
    return undefined
  }
}

/** What lies inside of something that was replaced before is gone already. */
function replaceAt(root: JsonValue, location: readonly (string | number)[], replacement: string): void {
  let at = root
  for (const step of location.slice(0, -1)) {
    if (typeof at !== 'object' || at === null) return
    at = (at as Record<string | number, JsonValue>)[step] ?? null
  }
  if (typeof at !== 'object' || at === null) return
  ;(at as Record<string | number, JsonValue>)[location.at(-1) ?? ''] = replacement
}

function isObject(value: JsonValue): value is Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
