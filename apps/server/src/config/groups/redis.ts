import { addresses, DAY_MS, type Options, text } from '../option.ts'

/** Where Redis is; used when one of url, cluster and sentinelMaster is given. */
export interface RedisConfig {
  readonly url?: string
  readonly cluster?: readonly string[]
  readonly sentinelMaster?: string
  readonly sentinels?: readonly string[]
  readonly sentinelUsername?: string
  readonly sentinelPassword?: string
  readonly sentinelTls: boolean
  readonly username?: string
  readonly password?: string
  readonly db?: number
  readonly tls: boolean
  /** Absolute paths, once loaded. */
  readonly tlsCa?: string
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly tlsPassphrase?: string
  readonly tlsServername?: string
  readonly tlsRejectUnauthorized: boolean
  readonly connectionName?: string
  readonly keyPrefix: string
  readonly partitions: number
  readonly commandTimeoutMs: number
}

/** The options of the group `redis`. */
export const redisOptions: Options<RedisConfig> = {
  url: {
    type: 'string',
    pattern: '^rediss?://',
    mustBe: 'must begin with redis:// or rediss://',
    secret: true,
    description: 'Use Redis: `redis://host:6379/0`, or `rediss://` for TLS',
  },
  cluster: { ...addresses, description: 'Use a Redis Cluster: `host:port` of some nodes' },
  sentinelMaster: { ...text, description: 'Use Sentinel: name of the master' },
  sentinels: { ...addresses, description: '`host:port` of the sentinels' },
  sentinelUsername: { ...text, description: 'User of the sentinels' },
  sentinelPassword: { ...text, secret: true, description: 'Password of the sentinels' },
  sentinelTls: {
    type: 'boolean',
    default: false,
    description: 'Connect to the sentinels with TLS, by the same `tls…` options',
  },
  username: { ...text, description: 'User (ACL); wins over the one in the URL' },
  password: { ...text, secret: true, description: 'Wins over the one in the URL' },
  db: { type: 'integer', minimum: 0, description: 'Database number; wins over the one in the URL' },
  tls: { type: 'boolean', default: false, description: 'Connect with TLS, as `rediss://` does' },
  tlsCa: { ...text, file: true, description: 'PEM file of the authorities that are trusted' },
  tlsCert: { ...text, file: true, description: 'PEM file of the certificate this node shows' },
  tlsKey: { ...text, file: true, description: 'PEM file of the key of that certificate' },
  tlsPassphrase: { ...text, secret: true, description: 'Opens the key' },
  tlsServername: { ...text, description: 'Name the certificate of the server must have; default: its host' },
  tlsRejectUnauthorized: {
    type: 'boolean',
    default: true,
    description: '`false` takes any certificate: for tests',
  },
  connectionName: { ...text, description: 'What `CLIENT LIST` shows this node as' },
  keyPrefix: {
    type: 'string',
    pattern: '^[^{}\\s]{1,100}$',
    mustBe: 'must be 1-100 characters without braces and white space',
    default: 'dureq',
    description: 'Begins every key',
  },
  partitions: {
    type: 'integer',
    minimum: 1,
    maximum: 1_024,
    default: 1,
    description: 'Parts the key space is cut into, fixed at first use; more than one only for a cluster',
  },
  commandTimeoutMs: {
    type: 'integer',
    minimum: 1,
    maximum: DAY_MS,
    default: 5_000,
    description: 'Time a call is tried before it fails',
  },
}
