import { isLoopbackHost } from '@dureq/monitor'
import { systemClock } from '@dureq/runtime'
import { checkPeriodicTasks } from '@dureq/scheduler'
import type { Faults } from '@dureq/types'
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import { checkApi } from './check-api.ts'
import { checkBelow } from './check-below.ts'
import { checkRedis } from './check-redis.ts'
import { type Config, hasTokens } from './config.ts'
import { initialSettings } from './initial-settings.ts'
import { nearestTo } from './nearest.ts'
import type { Given } from './paths.ts'
import { configSchema, options } from './schema.ts'

const validate = new Ajv2020({ allErrors: true, useDefaults: true, strict: false, verbose: true }).compile(
  configSchema(),
)

/**
 * Fills in the defaults of a configuration and checks it. Adds a fault for everything wrong, named by its key; what it
 * returns is good only if none was added.
 */
export function checkConfig(value: Given, faults: Faults): Config {
  if (!validate(value)) for (const error of validate.errors ?? []) faults.add(keyOf(error), problemOf(error))
  const wrong = new Set(faults.found.map(({ field }) => field.split(/[.[]/)[0]))
  const config = value as unknown as Config
  if (!wrong.has('modes')) checkModes(config, faults)
  if (!wrong.has('modes') && !wrong.has('handlers') && !wrong.has('builtinHandlers'))
    checkHandlers(config, faults)
  if (!wrong.has('host') && !wrong.has('apiToken') && !wrong.has('api')) checkHost(config, faults)
  if (!wrong.has('api') && !wrong.has('apiToken')) checkApi(config, faults)
  if (!wrong.has('redis')) checkRedis(config.redis, faults)
  if (!wrong.has('scheduler')) checkTasks(config, faults)
  if (!wrong.has('settings')) checkBelow('settings.', () => initialSettings(config.settings), faults)
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

function checkHost(config: Config, faults: Faults): void {
  const { host } = config
  if (hasTokens(config) || isLoopbackHost(host.includes(':') ? `[${host}]` : host)) return
  faults.add(
    'host',
    `must be a loopback address, not ${host}, as long as there is no apiToken, nor api.tokens`,
  )
}

function checkTasks({ scheduler: { periodicTasks = [] } }: Config, faults: Faults): void {
  checkPeriodicTasks(periodicTasks, { now: systemClock.now(), field: 'scheduler.periodicTasks' }, faults)
}

function keyOf({ instancePath, keyword, params }: ErrorObject): string {
  const path = instancePath
    .slice(1)
    .replaceAll(/\/(\d+)/g, '[$1]')
    .replaceAll('/', '.')
    .replaceAll('~1', '/')
    .replaceAll('~0', '~')
  if (keyword !== 'additionalProperties') return path
  const { additionalProperty } = params as { additionalProperty: string }
  return path === '' ? additionalProperty : `${path}.${additionalProperty}`
}

function problemOf(error: ErrorObject): string {
  const { keyword, message = 'is wrong', params, parentSchema } = error
  switch (keyword) {
    case 'additionalProperties':
      return `is not a known key${nearestTo(keyOf(error), Object.keys(options))}`
    case 'enum':
      return `must be one of ${(params as { allowedValues: string[] }).allowedValues.join(', ')}`
    case 'pattern':
      return (parentSchema as { mustBe?: string }).mustBe ?? message
    default:
      return message
  }
}
