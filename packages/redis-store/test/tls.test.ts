import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { StoreUnavailableError } from '@dureq/types'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRedisStore, type RedisStoreOptions } from '../src/index.ts'
import { freePort, RedisServer } from './redis-server.ts'

const pathOf = (name: string): string => fileURLToPath(new URL(`tls/${name}`, import.meta.url))
const pem = (name: string): string => readFileSync(pathOf(name), 'utf8')

const mutual = { ca: pem('ca.pem'), cert: pem('client.pem'), key: pem('client.key') }
const credentials = { username: 'dureq', password: 'p@ss:w/rd' }

let port: number
let server: RedisServer

beforeAll(async () => {
  port = await freePort()
  server = await RedisServer.start(
    ...asArguments([...tlsOn(port), `user dureq on >${credentials.password} ~* &* +@all`]),
  )
})
afterAll(() => server[Symbol.asyncDispose]())

/** TLS for a server that asks its clients for a certificate. */
function tlsOn(tlsPort: number): readonly string[] {
  const files = [`tls-cert-file ${pathOf('server.pem')}`, `tls-key-file ${pathOf('server.key')}`]
  return [`tls-port ${tlsPort}`, ...files, `tls-ca-cert-file ${pathOf('ca.pem')}`]
}

/** Lines of a configuration as arguments of the command line. */
function asArguments(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => `--${line}`.split(' '))
}

async function pingVia(options: RedisStoreOptions): Promise<void> {
  const store = createRedisStore(options)
  try {
    await store.inspector.info()
  } finally {
    await store.close()
  }
}

async function isRefused(options: RedisStoreOptions): Promise<void> {
  await expect(pingVia({ commandTimeoutMs: 300, ...options })).rejects.toThrow(StoreUnavailableError)
}

describe('a connection with TLS', () => {
  it('shows its certificate, and asks the server for one by the authorities it is given', async () => {
    const url = `rediss://127.0.0.1:${port}`
    await pingVia({ url, tls: mutual, ...credentials })
    await pingVia({
      url: `redis://127.0.0.1:${port}`,
      tls: { ...mutual, servername: 'redis.test' },
      ...credentials,
    })
    const { ca, ...withoutAuthority } = mutual
    await isRefused({ url, tls: withoutAuthority, ...credentials })
    await isRefused({ url, tls: { ca }, ...credentials })
    const wrongName = { ...mutual, servername: 'elsewhere.test' }
    await isRefused({ url, tls: wrongName, ...credentials })
    await pingVia({ url, tls: { ...wrongName, rejectUnauthorized: false }, ...credentials })
  })

  it('is who its options say, whatever the URL says', async () => {
    const url = `rediss://somebody:else@127.0.0.1:${port}/7`
    const store = createRedisStore({ url, tls: mutual, db: 3, connectionName: 'node-a', ...credentials })
    await store.inspector.info()
    const clients = String(await server.command('CLIENT', 'LIST'))
    await store.close()
    const own = clients.split('\n').filter((line) => line.includes(' name=node-a '))
    expect(own).not.toEqual([])
    for (const line of own) expect(line).toMatch(/ db=3 .* user=dureq /)
  })
})

describe('Sentinel with TLS', () => {
  it('is asked, and its master connected to, with certificates', async () => {
    const sentinelPort = await freePort()
    await using _ = await RedisServer.startSentinel([
      ...tlsOn(sentinelPort),
      'tls-replication yes',
      `sentinel monitor mymaster 127.0.0.1 ${port} 1`,
      `sentinel auth-user mymaster ${credentials.username}`,
      `sentinel auth-pass mymaster ${credentials.password}`,
    ])
    const sentinel = { masterName: 'mymaster', addresses: [`127.0.0.1:${sentinelPort}`], tls: mutual }
    await pingVia({ sentinel, tls: mutual, ...credentials })
    await isRefused({ sentinel, ...credentials })
  })
})
