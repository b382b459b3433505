import { isLoopbackHost } from '@dureq/monitor'
import type { Faults } from '@dureq/types'
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import type { Config } from './config.ts'
import { configSchema } from './schema.ts'

const validate = new Ajv2020({ allErrors: true, useDefaults: true, strict: false }).compile(configSchema())

/**
 * Fills in the defaults of a configuration and checks it. Adds a fault for everything wrong, named by its key; what it
 * returns is good only if none was added.
 */
export function checkConfig(value: Record<string, unknown>, faults: Faults): Config {
  if (!validate(value)) for (const error of validate.errors ?? []) faults.add(keyOf(error), problemOf(error))
  const wrong = new Set(faults.found.map(({ field }) => field.split(/[.[]/)[0]))
  const config = value as unknown as Config
  if (!wrong.has('modes')) checkModes(config, faults)
  if (!wrong.has('modes') && !wrong.has('handlers') && !wrong.has('builtinHandlers'))
    checkHandlers(config, faults)
  if (!wrong.has('host') && !wrong.has('apiToken')) checkHost(config, faults)
  if (!wrong.has('redis')) checkRedis(config, faults)
  return config
}

function checkModes({ modes }: Config, faults: Faults): void {
  if (modes.length === 0) faults.add('modes', 'must name at least one')
}

function checkHandlers({ modes, handlers, builtinHandlers }: Config, faults: Faults): void {
  const works = modes.some((mode) => mode === 'full' || mode === 'queue')
  if (!works || handlers.length + builtinHandlers.length > 0) return
  faults.add('handlers', 'must not be empty with no builtinHandlers: there is nothing this node could run')
}

function checkHost({ host, apiToken }: Config, faults: Faults): void {
  if (apiToken !== undefined || isLoopbackHost(host.includes(':') ? `[${host}]` : host)) return
  faults.add('host', `must be a loopback address, not ${host}, as long as there is no apiToken`)
}

function checkRedis({ redis }: Config, faults: Faults): void {
  const places = [redis.url, redis.cluster, redis.sentinelMaster].filter((place) => place !== undefined)
  if (places.length > 1) faults.add('redis', 'can have only one of url, cluster and sentinelMaster')
  if (redis.sentinelMaster !== undefined && redis.sentinels === undefined) {
    faults.add('redis.sentinels', 'must be given with sentinelMaster')
  }
}

function keyOf({ instancePath, keyword, params }: ErrorObject): string {
  const path = instancePath
    .slice(1)
    .replaceAll(/\/(\d+)/g, '[$1]')
    .replaceAll('/', '.')
  if (keyword !== 'additionalProperties') return path
  const { additionalProperty } = params as { additionalProperty: string }
  return path === '' ? additionalProperty : `${path}.${additionalProperty}`
}

function problemOf({ keyword, message = 'is wrong', params }: ErrorObject): string {
  if (keyword === 'additionalProperties') return 'is not a known key'
  if (keyword !== 'enum') return message
  return `must be one of ${(params as { allowedValues: string[] }).allowedValues.join(', ')}`
}
