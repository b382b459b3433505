import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { isLoopbackHost } from '@dureq/monitor'
import { Faults, ValidationError } from '@dureq/types'
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import type { Config } from './config.ts'
import { applyEnvironment, CONFIG_PATH_VARIABLE } from './environment.ts'
import { configSchema } from './schema.ts'

/** Where the configuration comes from. */
export interface ConfigSources {
  /** `--config`; wins over `DUREQ_CONFIG_PATH`. */
  readonly path?: string | undefined
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
}

/**
 * Reads the file, if one is named, and the environment over it, and checks everything.
 *
 * @throws ValidationError naming every fault by its key.
 */
export function loadConfig({ path, env, cwd }: ConfigSources): Config {
  const named = path ?? env[CONFIG_PATH_VARIABLE]
  const file = named === undefined ? undefined : resolve(cwd, named)
  const config = checkConfig(applyEnvironment(file === undefined ? {} : readFile(file), env))
  const base = file === undefined ? cwd : dirname(file)
  return { ...config, handlers: config.handlers.map((module) => resolve(base, module)) }
}

function readFile(path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch (cause) {
    const problem = `cannot be read as JSON: ${(cause as Error).message}`
    throw new ValidationError([{ field: path, problem }], { cause })
  }
  throw new ValidationError([{ field: path, problem: 'must hold a JSON object' }])
}

const validate = new Ajv2020({ allErrors: true, useDefaults: true, strict: false }).compile(configSchema())

/** Fills in the defaults of a configuration and checks it; throws ValidationError naming every fault. */
function checkConfig(value: Record<string, unknown>): Config {
  const faults = new Faults()
  if (!validate(value)) for (const error of validate.errors ?? []) faults.add(keyOf(error), problemOf(error))
  faults.throwIfAny()
  const config = value as unknown as Config
  checkTogether(config, faults)
  faults.throwIfAny()
  return config
}

function checkTogether({ modes, host, apiToken, redis }: Config, faults: Faults): void {
  for (const mode of modes) {
    if (mode === 'scheduler' || mode === 'workflow')
      faults.add('modes', `this version has no ${mode} engine yet`)
  }
  if (modes.length === 0) faults.add('modes', 'must name at least one')
  if (apiToken === undefined && !isLoopbackHost(host.includes(':') ? `[${host}]` : host)) {
    faults.add('host', 'another address than loopback needs apiToken')
  }
  const places = [redis.url, redis.cluster, redis.sentinelMaster].filter((place) => place !== undefined)
  if (places.length > 1) faults.add('redis', 'only one of url, cluster and sentinelMaster may be given')
  if (redis.sentinelMaster !== undefined && redis.sentinels === undefined) {
    faults.add('redis.sentinels', 'is needed with sentinelMaster')
  }
}

function keyOf({ instancePath, keyword, params }: ErrorObject): string {
  const path = instancePath.slice(1).replaceAll('/', '.')
  if (keyword !== 'additionalProperties') return path
  const { additionalProperty } = params as { additionalProperty: string }
  return path === '' ? additionalProperty : `${path}.${additionalProperty}`
}

function problemOf({ keyword, message = 'is wrong', params }: ErrorObject): string {
  if (keyword === 'additionalProperties') return 'is not a known key'
  if (keyword === 'enum')
    return `must be one of ${(params as { allowedValues: string[] }).allowedValues.join(', ')}`
  return message
}
