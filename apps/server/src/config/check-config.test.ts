import { Faults } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { checkConfig } from './check-config.ts'
import { type Config, usesRedis } from './config.ts'

const check = (given: object): { config: Config; fields: string[]; text: string } => {
  const faults = new Faults()
  const config = checkConfig(structuredClone(given) as Record<string, unknown>, faults)
  const text = faults.found.map(({ field, problem }) => `${field} ${problem}`).join('\n')
  return { config, fields: faults.found.map(({ field }) => field), text }
}

describe('a configuration', () => {
  it('needs nothing', () => {
    const { config, fields } = check({})
    expect(fields).toEqual([])
    expect(config).toMatchObject({
      modes: ['full'],
      host: '127.0.0.1',
      port: 8080,
      concurrency: 100,
      leaseMs: 30_000,
      drainTimeoutMs: 30_000,
      builtinHandlers: ['echo', 'noop', 'sleep', 'fail-always', 'http-webhook'],
      handlers: [],
      logLevel: 'info',
      worker: { cancelGraceMs: 5_000, nodeTtlMs: 15_000, maxBlockedMs: 300_000 },
      scheduler: { leaderTtlMs: 2_000 },
      sqlite: { path: './dureq.db', durability: 'process' },
      redis: { keyPrefix: 'dureq', partitions: 1 },
      settings: { retention: { firings: {} }, nodes: {}, scheduler: {} },
    })
    expect(usesRedis(config)).toBe(false)
  })

  it('uses Redis when it says where that is', () => {
    const sentinel = { sentinelMaster: 'mymaster', sentinels: ['a:26379'] }
    for (const redis of [{ url: 'redis://a' }, { cluster: ['a:1'] }, sentinel]) {
      const { config, fields } = check({ redis })
      expect(fields).toEqual([])
      expect(usesRedis(config)).toBe(true)
    }
  })

  it.each<[string, object, string[]]>([
    ['unknown keys, wherever they are', { colour: 1, redis: { uri: 'x' } }, ['colour', 'redis.uri']],
    ['types that are wrong', { port: '80', modes: 'full', handlers: [1] }, ['modes', 'port', 'handlers[0]']],
    [
      'what is out of range',
      { port: 65_536, leaseMs: 10, concurrency: 0 },
      ['port', 'concurrency', 'leaseMs'],
    ],
    ['a short token', { apiToken: 'secret' }, ['apiToken']],
    [
      'an unknown mode or handler',
      { modes: ['worker'], builtinHandlers: ['x'] },
      ['modes[0]', 'builtinHandlers[0]'],
    ],
    ['no mode', { modes: [] }, ['modes']],
    ['nothing to run', { builtinHandlers: [] }, ['handlers']],
    ['an address others can reach, without a token', { host: '0.0.0.0' }, ['host']],
    ['two places of Redis', { redis: { url: 'redis://a', cluster: ['a:1'] } }, ['redis']],
    ['Sentinel without sentinels', { redis: { sentinelMaster: 'm' } }, ['redis.sentinels']],
    [
      'sentinels without a master',
      { redis: { sentinels: ['a:1'], sentinelPassword: 'p', sentinelTls: true, tlsCa: 'ca' } },
      ['redis.sentinels', 'redis.sentinelPassword', 'redis.sentinelTls'],
    ],
    [
      'files of TLS where there is none',
      { redis: { url: 'redis://a', tlsCa: 'ca', tlsServername: 'a' } },
      ['redis.tlsCa', 'redis.tlsServername'],
    ],
    [
      'half a certificate',
      { redis: { url: 'rediss://a', tlsCert: 'c', tlsPassphrase: 'p' } },
      ['redis.tlsKey', 'redis.tlsKey'],
    ],
    [
      'tokens that are none, or beside the one',
      { apiToken: '0123456789abcdef', api: { tokens: [{ name: 'a', role: 'viewer', sha256: 'x' }] } },
      ['api.tokens[0].sha256', 'apiToken'],
    ],
    [
      'a redaction rule that is none',
      { api: { redact: [{ path: '$.a' }, { path: '$[?@.b]' }] } },
      ['api.redact[1].path'],
    ],
    ['all origins without a token', { api: { origins: ['*'] } }, ['api.origins[0]']],
    [
      'proxies that are no addresses',
      { api: { trustProxies: ['::1', '10.0.0.0/8', 'uniquelocal', 'proxy', '10.0.0.0/33', '::/0/0'] } },
      ['api.trustProxies[3]', 'api.trustProxies[4]', 'api.trustProxies[5]'],
    ],
    ['another database of a cluster', { redis: { cluster: ['a:1'], db: 1 } }, ['redis.db']],
    ['a place that is none', { redis: { cluster: ['a'] } }, ['redis.cluster[0]']],
    [
      'periodic tasks that are none',
      { scheduler: { periodicTasks: [{ taskType: 't', cronExpr: '0 0 * * 9' }] } },
      ['scheduler.periodicTasks[0].cronExpr'],
    ],
    [
      'settings that are out of range',
      { settings: { taskTypes: { mail: { maxRunning: 0 } }, retention: { firings: { dead: 0 } } } },
      ['settings.taskTypes.mail.maxRunning', 'settings.retention.firings.dead'],
    ],
    [
      'everything at once',
      { colour: 1, modes: [], host: '::', redis: { sentinelMaster: 'm' } },
      ['colour', 'modes', 'host', 'redis.sentinels'],
    ],
  ])('is refused with %s', (_, given, fields) => {
    expect(check(given).fields.toSorted()).toEqual(fields.toSorted())
  })

  it('says what to do instead', () => {
    expect(check({ modes: [] }).text).toBe('modes must name at least one')
    expect(check({ host: '0.0.0.0' }).text).toContain('as long as there is no apiToken')
    expect(check({ leaderTtlMs: 1 }).text).toBe(
      'leaderTtlMs is not a known key: did you mean scheduler.leaderTtlMs?',
    )
    expect(check({ redis: { url: 'http://a' } }).text).toBe('redis.url must begin with redis:// or rediss://')
    expect(check({ logLevel: 'loud' }).text).toBe('logLevel must be one of debug, info, warn, error, silent')
  })

  it('may listen anywhere with a token, and needs no handlers where it runs none', () => {
    for (const host of ['127.0.0.1', 'localhost', '::1']) expect(check({ host }).fields).toEqual([])
    expect(check({ host: '0.0.0.0', apiToken: '0123456789abcdef' }).fields).toEqual([])
    const tokens = [{ name: 'ada', role: 'viewer', sha256: 'a'.repeat(64) }]
    expect(check({ host: '0.0.0.0', api: { tokens } }).fields).toEqual([])
    expect(check({ modes: ['monitor', 'scheduler', 'workflow'], builtinHandlers: [] }).fields).toEqual([])
  })
})
