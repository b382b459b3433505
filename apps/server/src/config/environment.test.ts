import { Faults } from '@dureq/types'
import { expect, it } from 'vitest'
import { readEnvironment } from './environment.ts'

const read = (env: NodeJS.ProcessEnv): { values: object; faults: readonly object[] } => {
  const faults = new Faults()
  const found = readEnvironment(env, faults)
  return {
    values: Object.fromEntries([...found].map(([path, { value }]) => [path, value])),
    faults: faults.found,
  }
}

it('sets options by their variables', () => {
  const env = {
    DUREQ_PORT: '2',
    DUREQ_REDIS_KEY_PREFIX: 'shop',
    DUREQ_REDIS_TLS: 'true',
    DUREQ_MODES: 'queue, monitor',
    DUREQ_BUILTIN_HANDLERS: '',
    DUREQ_SETTINGS_RETENTION_FIRINGS_DEAD: '7',
    DUREQ_SETTINGS_TIERS: '[{"name":"all","minPriority":1,"weight":1}]',
    DUREQ_SETTINGS_TASK_TYPES: '{"mail.send":{"maxRunning":3}}',
    DUREQ_CONFIG_PATH: 'not an option',
    PATH: '/bin',
  }
  expect(read(env)).toEqual({
    values: {
      port: 2,
      'redis.keyPrefix': 'shop',
      'redis.tls': true,
      modes: ['queue', 'monitor'],
      builtinHandlers: [],
      'settings.retention.firings.dead': 7,
      'settings.tiers': [{ name: 'all', minPriority: 1, weight: 1 }],
      'settings.taskTypes': { 'mail.send': { maxRunning: 3 } },
    },
    faults: [],
  })
})

it('names every variable that is unknown or of the wrong type', () => {
  const { values, faults } = read({
    DUREQ_PRT: '1',
    DUREQ_LEADER_TTL_MS: '1',
    DUREQ_PORT: '',
    DUREQ_REDIS_TLS: 'yes',
    DUREQ_CONCURRENCY: '1e3',
    DUREQ_SETTINGS_KEYS: '{key',
    DUREQ_LEASE_MS_FILE: '/only/secrets/come/from/files',
  })
  expect(values).toEqual({})
  expect(faults).toEqual([
    { field: 'DUREQ_PRT', problem: 'is not a known variable: did you mean DUREQ_PORT?' },
    {
      field: 'DUREQ_LEADER_TTL_MS',
      problem: 'is not a known variable: did you mean DUREQ_SCHEDULER_LEADER_TTL_MS?',
    },
    { field: 'DUREQ_PORT', problem: 'must be a whole number' },
    { field: 'DUREQ_REDIS_TLS', problem: 'must be true or false' },
    { field: 'DUREQ_CONCURRENCY', problem: 'must be a whole number' },
    { field: 'DUREQ_SETTINGS_KEYS', problem: 'must be JSON' },
    { field: 'DUREQ_LEASE_MS_FILE', problem: expect.stringContaining('is not a known variable') as string },
  ])
})

it('takes a secret from a file or from the variable, not from both', () => {
  const { values, faults } = read({
    DUREQ_REDIS_PASSWORD: 'a',
    DUREQ_REDIS_PASSWORD_FILE: '/nowhere/b',
  })
  expect(values).toEqual({ 'redis.password': 'a' })
  expect(faults).toEqual([
    { field: 'DUREQ_REDIS_PASSWORD_FILE', problem: 'cannot be given beside DUREQ_REDIS_PASSWORD' },
    { field: 'DUREQ_REDIS_PASSWORD_FILE', problem: expect.stringContaining('cannot be read') as string },
  ])
})
