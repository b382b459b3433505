import type { JsonValue } from '@dureq/types'
import { createRedactor, type Redactor } from './redactor.ts'
import type { RedactionRule } from './rules.ts'

/** Members of log lines that hold user data, as handlers and this system write them. */
const fields = ['payload', 'output', 'input', 'headers', 'progress', 'result'] as const

/**
 * What `formatters.log` of pino is to be given: hides what the rules name in user data of log lines. Undefined when there are no
 * rules. Members of these names at the top of a line are meant, not what a child logger is bound to.
 *
 * @throws ValidationError naming every fault of the rules.
 */
export function createLogRedactor(
  rules: readonly RedactionRule[] | undefined,
): ((line: Record<string, unknown>) => Record<string, unknown>) | undefined {
  const redactor = createRedactor(rules)
  if (redactor === undefined) return undefined
  return (line) => {
    let shown = line
    for (const field of fields) {
      const value = line[field]
      if (typeof value !== 'object' || value === null) continue
      const hidden = valueOf(redactor, value as JsonValue)
      if (hidden !== value) shown = { ...shown, [field]: hidden }
    }
    return shown
  }
}

/** What a line holds need not be JSON: what cannot be copied is left out, for a log line must not fail. */
function valueOf(redactor: Redactor, value: JsonValue): JsonValue {
  try {
    return redactor.value(value)
  } catch {
    return '***'
  }
}
