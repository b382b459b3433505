import { readFileSync } from 'node:fs'
import type { Faults } from '@dureq/types'
import { isSecret } from './is-secret.ts'
import { nearestTo } from './nearest.ts'
import type { OptionSchema } from './option.ts'
import { options } from './schema.ts'
import { CONFIG_PATH_VARIABLE, FILE_SUFFIX, variableOf } from './variables.ts'

/** What a variable sets. */
export interface FromVariable {
  readonly variable: string
  readonly value: unknown
}

interface Variable {
  readonly path: string
  readonly option: OptionSchema
  /** Whether the variable names a file that holds the value. */
  readonly inFile: boolean
}

const variables = new Map(
  Object.entries(options).flatMap(([path, option]): [string, Variable][] => {
    const name = variableOf(path)
    const direct: [string, Variable] = [name, { path, option, inFile: false }]
    return isSecret(option) ? [direct, [name + FILE_SUFFIX, { path, option, inFile: true }]] : [direct]
  }),
)

/**
 * What the environment sets, by the paths of the options. Lists of texts are separated by commas; objects, and lists of
 * them, are JSON. Adds a fault for every `DUREQ_` variable that is unknown, says again what another said, or has a value
 * of the wrong type; it then sets nothing.
 */
export function readEnvironment(env: NodeJS.ProcessEnv, faults: Faults): ReadonlyMap<string, FromVariable> {
  const found = new Map<string, FromVariable>()
  for (const [variable, content] of Object.entries(env)) {
    if (!variable.startsWith('DUREQ_') || variable === CONFIG_PATH_VARIABLE || content === undefined) continue
    const known = variables.get(variable)
    if (known === undefined) {
      faults.add(variable, `is not a known variable${nearestTo(variable, [...variables.keys()])}`)
      continue
    }
    const before = found.get(known.path)
    if (before !== undefined) faults.add(variable, `cannot be given beside ${before.variable}`)
    const text = known.inFile ? readSecret(content, variable, faults) : content
    const value = text === undefined ? undefined : readValue(text, known.option, variable, faults)
    if (value !== undefined) found.set(known.path, { variable, value })
  }
  return found
}

/** What a file holds, without the line break editors put at its end. */
function readSecret(path: string, variable: string, faults: Faults): string | undefined {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    faults.add(variable, `names a file that cannot be read: ${(error as Error).message}`)
    return undefined
  }
}

function readValue(text: string, { type, items }: OptionSchema, variable: string, faults: Faults): unknown {
  switch (type) {
    case 'string':
      return text
    case 'array':
      if (items?.type !== 'string') return readJson(text, variable, faults)
      return text === '' ? [] : text.split(',').map((part) => part.trim())
    case 'object':
      return readJson(text, variable, faults)
    case 'integer':
      if (/^-?\d{1,15}$/.test(text)) return Number(text)
      return faults.add(variable, 'must be a whole number')
    case 'boolean':
      if (text === 'true' || text === 'false') return text === 'true'
      return faults.add(variable, 'must be true or false')
  }
}

/** A message of the parser could quote what is secret. */
function readJson(text: string, variable: string, faults: Faults): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return faults.add(variable, 'must be JSON')
  }
}
