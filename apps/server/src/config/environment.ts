import type { Faults } from '@dureq/types'
import { type OptionSchema, options } from './schema.ts'

/** The variable that names the configuration file. */
export const CONFIG_PATH_VARIABLE = 'DUREQ_CONFIG_PATH'

const byVariable = new Map(Object.entries(options).map(([path, option]) => [option.env, { path, option }]))

/**
 * What the file says, with what the environment says over it. Lists are separated by commas. Adds a fault for every
 * `DUREQ_` variable that is unknown or has a value of the wrong type; such a value is left out.
 */
export function applyEnvironment(
  file: Readonly<Record<string, unknown>>,
  env: NodeJS.ProcessEnv,
  faults: Faults,
): Record<string, unknown> {
  const config = structuredClone(file) as Record<string, unknown>
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('DUREQ_') || name === CONFIG_PATH_VARIABLE || text === undefined) continue
    const known = byVariable.get(name)
    if (known === undefined) faults.add(name, 'is not a known variable')
    else setPath(config, known.path, readValue(text, known.option, name, faults))
  }
  return config
}

function readValue(text: string, { type }: OptionSchema, name: string, faults: Faults): unknown {
  switch (type) {
    case 'string':
      return text
    case 'array':
      return text === '' ? [] : text.split(',').map((part) => part.trim())
    case 'integer':
      if (/^-?\d{1,15}$/.test(text)) return Number(text)
      return faults.add(name, 'must be a whole number')
    case 'boolean':
      if (text === 'true' || text === 'false') return text === 'true'
      return faults.add(name, 'must be true or false')
  }
}

function setPath(config: Record<string, unknown>, path: string, value: unknown): void {
  if (value === undefined) return
  const [first = '', second] = path.split('.')
  if (second === undefined) config[first] = value
  else config[first] = { ...(config[first] as object | undefined), [second]: value }
}
