import { Faults } from '@dureq/types'
import { expect, it } from 'vitest'
import { applyEnvironment } from './environment.ts'

const apply = (file: object, env: NodeJS.ProcessEnv): { config: object; faults: readonly object[] } => {
  const faults = new Faults()
  const config = applyEnvironment(file as Record<string, unknown>, env, faults)
  return { config, faults: faults.found }
}

it('sets options by their variables, over those of the file', () => {
  const file = { port: 1, redis: { url: 'redis://a', db: 1 } }
  const env = {
    DUREQ_PORT: '2',
    DUREQ_REDIS_DB: '3',
    DUREQ_REDIS_TLS: 'true',
    DUREQ_MODES: 'queue, monitor',
    DUREQ_BUILTIN_HANDLERS: '',
    DUREQ_API_TOKEN: '1234567890123456',
    DUREQ_CONFIG_PATH: 'not an option',
    PATH: '/bin',
  }
  expect(apply(file, env)).toEqual({
    config: {
      port: 2,
      redis: { url: 'redis://a', db: 3, tls: true },
      modes: ['queue', 'monitor'],
      builtinHandlers: [],
      apiToken: '1234567890123456',
    },
    faults: [],
  })
  expect(file).toEqual({ port: 1, redis: { url: 'redis://a', db: 1 } })
})

it('names every variable that is unknown or of the wrong type', () => {
  const env = { DUREQ_PRT: '1', DUREQ_PORT: '', DUREQ_REDIS_TLS: 'yes', DUREQ_CONCURRENCY: '1e3' }
  const { config, faults } = apply({}, env)
  expect(config).toEqual({})
  expect(faults).toEqual([
    { field: 'DUREQ_PRT', problem: 'is not a known variable' },
    { field: 'DUREQ_PORT', problem: 'must be a whole number' },
    { field: 'DUREQ_REDIS_TLS', problem: 'must be true or false' },
    { field: 'DUREQ_CONCURRENCY', problem: 'must be a whole number' },
  ])
})
