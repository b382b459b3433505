/** How one option of the configuration is described: JSON Schema, and the environment variable that sets it. */
export interface OptionSchema {
  readonly type: 'string' | 'integer' | 'boolean' | 'array'
  readonly description: string
  readonly default?: string | number | readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly enum?: readonly string[]
  readonly items?: { readonly type: 'string'; readonly minLength: 1; readonly enum?: readonly string[] }
  readonly env: string
}

const strings = { type: 'string', minLength: 1 } as const

/** Names of the modes a node can run. */
export const modeNames = ['full', 'queue', 'monitor', 'scheduler', 'workflow'] as const

/** Names of the handlers the server brings along. */
export const builtinNames = ['echo', 'noop', 'sleep', 'fail-always', 'http-webhook'] as const

/** Every option by its path in the file. The README's table and the checks are made from it. */
export const options: Readonly<Record<string, OptionSchema>> = {
  nodeId: {
    type: 'string',
    minLength: 1,
    description: 'Name of this node, unique in the cluster; default: host name and random digits',
    env: 'DUREQ_NODE_ID',
  },
  modes: {
    type: 'array',
    items: { ...strings, enum: modeNames },
    default: ['full'],
    description:
      '`queue` runs jobs, `scheduler` fires schedules, `workflow` carries workflows on, `monitor` serves the API, `full` does all of it',
    env: 'DUREQ_MODES',
  },
  host: {
    ...strings,
    default: '127.0.0.1',
    description: 'Address to listen on; another than loopback needs `apiToken`',
    env: 'DUREQ_HOST',
  },
  port: {
    type: 'integer',
    minimum: 0,
    maximum: 65_535,
    default: 8080,
    description: 'Port to listen on; 0 takes a free one',
    env: 'DUREQ_PORT',
  },
  apiToken: {
    type: 'string',
    minLength: 16,
    description: 'Bearer token every request to the API must carry',
    env: 'DUREQ_API_TOKEN',
  },
  concurrency: {
    type: 'integer',
    minimum: 1,
    maximum: 100_000,
    default: 100,
    description: 'Handlers running at once',
    env: 'DUREQ_CONCURRENCY',
  },
  leaseMs: {
    type: 'integer',
    minimum: 1_000,
    default: 30_000,
    description: 'Silence after which another node takes a job over',
    env: 'DUREQ_LEASE_MS',
  },
  leaderTtlMs: {
    type: 'integer',
    minimum: 500,
    maximum: 60_000,
    default: 2_000,
    description: 'Silence of the node that fires schedules after which another one does',
    env: 'DUREQ_LEADER_TTL_MS',
  },
  drainTimeoutMs: {
    type: 'integer',
    minimum: 0,
    default: 30_000,
    description: 'Time handlers have to finish on SIGTERM',
    env: 'DUREQ_DRAIN_TIMEOUT_MS',
  },
  builtinHandlers: {
    type: 'array',
    items: { ...strings, enum: builtinNames },
    default: [...builtinNames],
    description: 'Handlers of the server itself that this node runs',
    env: 'DUREQ_BUILTIN_HANDLERS',
  },
  handlers: {
    type: 'array',
    items: strings,
    default: [],
    description:
      'Modules whose default export, or `register`, is called with the worker; relative to the file, in the variable to the working directory',
    env: 'DUREQ_HANDLERS',
  },
  logLevel: {
    type: 'string',
    enum: ['debug', 'info', 'warn', 'error', 'silent'],
    default: 'info',
    description: 'Least level that is logged',
    env: 'DUREQ_LOG_LEVEL',
  },
  'sqlite.path': {
    ...strings,
    default: './dureq.db',
    description: 'File of the embedded store; used when no Redis is given',
    env: 'DUREQ_SQLITE_PATH',
  },
  'sqlite.durability': {
    type: 'string',
    enum: ['process', 'power'],
    default: 'process',
    description: '`power` survives a power cut at the price of a disk flush per call',
    env: 'DUREQ_SQLITE_DURABILITY',
  },
  'redis.url': {
    ...strings,
    description: 'Use Redis: `redis://host:6379` or `rediss://`',
    env: 'DUREQ_REDIS_URL',
  },
  'redis.cluster': {
    type: 'array',
    items: strings,
    description: 'Use a Redis Cluster: `host:port` of some nodes',
    env: 'DUREQ_REDIS_CLUSTER',
  },
  'redis.sentinelMaster': {
    ...strings,
    description: 'Use Sentinel: name of the master',
    env: 'DUREQ_REDIS_SENTINEL_MASTER',
  },
  'redis.sentinels': {
    type: 'array',
    items: strings,
    description: '`host:port` of the sentinels',
    env: 'DUREQ_REDIS_SENTINELS',
  },
  'redis.sentinelPassword': {
    ...strings,
    description: 'Password of the sentinels',
    env: 'DUREQ_REDIS_SENTINEL_PASSWORD',
  },
  'redis.username': { ...strings, description: 'Wins over the one in the URL', env: 'DUREQ_REDIS_USERNAME' },
  'redis.password': { ...strings, description: 'Wins over the one in the URL', env: 'DUREQ_REDIS_PASSWORD' },
  'redis.db': { type: 'integer', minimum: 0, description: 'Database number', env: 'DUREQ_REDIS_DB' },
  'redis.tls': { type: 'boolean', description: 'Connect with TLS', env: 'DUREQ_REDIS_TLS' },
  'redis.keyPrefix': {
    ...strings,
    default: 'dureq',
    description: 'Begins every key',
    env: 'DUREQ_REDIS_KEY_PREFIX',
  },
  'redis.partitions': {
    type: 'integer',
    minimum: 1,
    maximum: 1_024,
    default: 1,
    description: 'Parts the key space is cut into, fixed at first use',
    env: 'DUREQ_REDIS_PARTITIONS',
  },
}

/** The JSON Schema of the whole file. */
export function configSchema(): object {
  const root = node()
  for (const [path, option] of Object.entries(options)) {
    const [group, name] = path.includes('.') ? (path.split('.') as [string, string]) : [undefined, path]
    const { env: _, ...schema } = option
    if (group === undefined) root.properties[name] = schema
    else ((root.properties[group] ??= node()) as ReturnType<typeof node>).properties[name] = schema
  }
  return root
}

function node(): {
  type: 'object'
  additionalProperties: false
  default: object
  properties: Record<string, unknown>
} {
  return { type: 'object', additionalProperties: false, default: {}, properties: {} }
}
