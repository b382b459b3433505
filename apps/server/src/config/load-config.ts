import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Faults } from '@dureq/types'
import { checkConfig } from './check-config.ts'
import type { Config } from './config.ts'
import { applyEnvironment, CONFIG_PATH_VARIABLE } from './environment.ts'

/** Where the configuration comes from. */
export interface ConfigSources {
  /** `--config`; wins over `DUREQ_CONFIG_PATH`. */
  readonly path?: string | undefined
  readonly env: NodeJS.ProcessEnv
  /** What relative paths start from, but for those of handler modules named in a file. */
  readonly cwd: string
}

/**
 * Reads the file, if one is named, and the environment over it, and checks everything.
 *
 * @throws ValidationError naming every fault by its key or variable.
 */
export function loadConfig({ path, env, cwd }: ConfigSources): Config {
  const faults = new Faults()
  const named = path ?? env[CONFIG_PATH_VARIABLE]
  const file = named === undefined ? undefined : resolve(cwd, named)
  const given = applyEnvironment(file === undefined ? {} : readFile(file, faults), env, faults)
  const config = checkConfig(given, faults)
  const base = file === undefined || env.DUREQ_HANDLERS !== undefined ? cwd : dirname(file)
  const handlers = findModules(config.handlers, base, faults)
  faults.throwIfAny()
  return { ...config, handlers }
}

/** The object a file holds; an empty one, and a fault, when it holds none. */
function readFile(path: string, faults: Faults): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>
    }
    faults.add(path, 'must hold a JSON object')
  } catch (error) {
    faults.add(path, `cannot be read as JSON: ${(error as Error).message}`)
  }
  return {}
}

function findModules(names: unknown, base: string, faults: Faults): readonly string[] {
  if (!Array.isArray(names)) return []
  return names.map((name, i) => {
    const path = resolve(base, String(name))
    if (!existsSync(path)) faults.add(`handlers[${i}]`, `there is no ${path}`)
    return path
  })
}
