import { Faults } from '@dureq/types'
import { type OptionSchema, options } from './schema.ts'

/** The variable that names the configuration file. */
export const CONFIG_PATH_VARIABLE = 'DUREQ_CONFIG_PATH'

const byVariable = new Map(Object.entries(options).map(([path, option]) => [option.env, { path, option }]))

/**
 * Sets what the environment says over what the file says. Lists are separated by commas. Throws ValidationError
 * naming every `DUREQ_` variable that is unknown or has a value of the wrong type.
 */
export function applyEnvironment(
  file: Readonly<Record<string, unknown>>,
  env: NodeJS.ProcessEnv,
): Record<string, unknown> {
  const config = structuredClone(file) as Record<string, unknown>
  const faults = new Faults()
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('DUREQ_') || name === CONFIG_PATH_VARIABLE || text === undefined) continue
    const known = byVariable.get(name)
    if (known === undefined) faults.add(name, 'is not a known variable')
    else setPath(config, known.path, readValue(text, known.option, name, faults))
  }
  faults.throwIfAny()
  return config
}

function readValue(text: string, { type }: OptionSchema, name: string, faults: Faults): unknown {
  switch (type) {
    case 'string':
      return text
    case 'array':
      return text === '' ? [] : text.split(',').map((part) => part.trim())
    case 'integer':
      if (!/^-?\d+$/.test(text)) faults.add(name, 'must be a whole number')
      return Number(text)
    case 'boolean':
      if (text !== 'true' && text !== 'false') faults.add(name, 'must be true or false')
      return text === 'true'
  }
}

function setPath(config: Record<string, unknown>, path: string, value: unknown): void {
  const [first = '', second] = path.split('.')
  if (second === undefined) config[first] = value
  else config[first] = { ...(config[first] as object | undefined), [second]: value }
}
