import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Faults } from '@dureq/types'
import { afterAll, expect, it } from 'vitest'
import { checkConfig } from '../src/config/check-config.ts'
import { redisOptionsOf } from '../src/open-store.ts'

const dir = mkdtempSync(join(tmpdir(), 'dureq-tls-'))
afterAll(() => rmSync(dir, { recursive: true }))

function optionsFor(redis: object): object {
  const faults = new Faults()
  const config = checkConfig({ redis: { ...redis } }, faults)
  faults.throwIfAny()
  return redisOptionsOf(config.redis)
}

function file(name: string): string {
  writeFileSync(join(dir, name), `what ${name} holds`)
  return join(dir, name)
}

const rest = { keyPrefix: 'dureq', partitions: 1, commandTimeoutMs: 5_000 }

it('finds a Redis by its URL', () => {
  const redis = { url: 'redis://a', username: 'ada', password: 'p', db: 2, connectionName: 'n' }
  expect(optionsFor(redis)).toEqual({ ...redis, ...rest })
})

it('finds a cluster, with TLS', () => {
  expect(optionsFor({ cluster: ['a:1', 'b:2'], partitions: 8, tls: true })).toEqual({
    ...rest,
    cluster: ['a:1', 'b:2'],
    partitions: 8,
    tls: { rejectUnauthorized: true },
  })
})

it('finds a master by Sentinel, with the contents of the files of TLS', () => {
  const redis = {
    sentinelMaster: 'm',
    sentinels: ['a:1'],
    sentinelUsername: 'watcher',
    sentinelPassword: 's',
    sentinelTls: true,
    tls: true,
    tlsCa: file('ca'),
    tlsCert: file('cert'),
    tlsKey: file('key'),
    tlsPassphrase: 'open',
    tlsServername: 'redis.test',
    tlsRejectUnauthorized: false,
  }
  const tls = {
    ca: 'what ca holds',
    cert: 'what cert holds',
    key: 'what key holds',
    passphrase: 'open',
    servername: 'redis.test',
    rejectUnauthorized: false,
  }
  expect(optionsFor(redis)).toEqual({
    ...rest,
    tls,
    sentinel: { masterName: 'm', addresses: ['a:1'], username: 'watcher', password: 's', tls },
  })
})
