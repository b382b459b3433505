import { type Options, text } from '../option.ts'

const modeNames = ['full', 'queue', 'monitor', 'scheduler', 'workflow'] as const

/** A mode a node can be told to run. */
export type Mode = (typeof modeNames)[number]

/** Names of the handlers the server brings along. */
export const builtinNames = ['echo', 'noop', 'sleep', 'fail-always', 'http-webhook'] as const

/** A handler the server brings along. */
export type BuiltinName = (typeof builtinNames)[number]

/** What nearly everybody sets: who the node is, where it listens, what it runs. */
export interface NodeConfig {
  readonly nodeId?: string
  readonly modes: readonly Mode[]
  readonly host: string
  readonly port: number
  readonly address?: string
  readonly apiToken?: string
  readonly concurrency: number
  readonly leaseMs: number
  readonly drainTimeoutMs: number
  readonly builtinHandlers: readonly BuiltinName[]
  /** Absolute paths, once loaded. */
  readonly handlers: readonly string[]
  readonly dashboardDir?: string
  readonly metrics: boolean
  readonly tracing: boolean
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
}

/** The options that stand at the top of the file. */
export const nodeOptions: Options<NodeConfig> = {
  nodeId: {
    ...text,
    description: 'Name of this node, unique in the cluster; default: host name and random digits',
  },
  modes: {
    type: 'array',
    items: { ...text, enum: modeNames },
    default: ['full'],
    description:
      '`queue` runs jobs, `scheduler` fires schedules, `workflow` carries workflows and batches on, `monitor` serves the API, `full` does all of it',
  },
  host: {
    ...text,
    default: '127.0.0.1',
    description: 'Address to listen on; another than loopback needs a token',
  },
  port: {
    type: 'integer',
    minimum: 0,
    maximum: 65_535,
    default: 8080,
    description: 'Port to listen on; 0 takes a free one',
  },
  address: { ...text, description: 'Where operators find this node; shown to them, not used' },
  apiToken: {
    type: 'string',
    minLength: 16,
    secret: true,
    description: 'Bearer token every request to the API must carry',
  },
  concurrency: {
    type: 'integer',
    minimum: 1,
    maximum: 100_000,
    default: 100,
    description: 'Handlers running at once',
  },
  leaseMs: {
    type: 'integer',
    minimum: 1_000,
    maximum: 86_400_000,
    default: 30_000,
    description: 'Silence after which another node takes a job over',
  },
  drainTimeoutMs: {
    type: 'integer',
    minimum: 0,
    maximum: 86_400_000,
    default: 30_000,
    description: 'Time handlers have to finish on SIGTERM',
  },
  builtinHandlers: {
    type: 'array',
    items: { ...text, enum: builtinNames },
    default: [...builtinNames],
    description: 'Handlers of the server itself that this node runs',
  },
  handlers: {
    type: 'array',
    items: text,
    default: [],
    file: true,
    description: 'Modules whose default export, or `register`, is called with the worker',
  },
  dashboardDir: {
    ...text,
    file: true,
    description: 'A built single-page app to serve beside the API, in place of the built-in page',
  },
  metrics: {
    type: 'boolean',
    default: true,
    description: 'Measure what the node does, for Prometheus at `/metrics`',
  },
  tracing: {
    type: 'boolean',
    default: true,
    description: 'Follow traces into handlers, where `@opentelemetry/api` is installed',
  },
  logLevel: {
    type: 'string',
    enum: ['debug', 'info', 'warn', 'error', 'silent'],
    default: 'info',
    description: 'Least level that is logged',
  },
}
