import { createNodeId, systemClock, systemRandom } from '@dureq/runtime'
import {
  type Clock,
  checkInteger,
  checkName,
  Faults,
  type Logger,
  present,
  type Random,
  type Store,
  silentLogger,
} from '@dureq/types'
import type { WorkerHooks } from './hook-runner.ts'

/** What a worker needs and may be told. */
export interface WorkerOptions {
  /** Where the jobs are. Whoever constructed it closes it, after `stop()`. */
  readonly store: Pick<Store, 'runs' | 'nodes' | 'mailboxes' | 'settings' | 'limits'> &
    Partial<Pick<Store, 'beat'>>
  /** Most handlers running at once on this node, unless the settings of the store say otherwise. Default 100. */
  readonly concurrency?: number
  /**
   * How long this node may be silent before another takes a job over; renewed every third of it. Job and handler may
   * state a `heartbeatTimeout` of their own. At least 1,000; default 30,000.
   */
  readonly leaseMs?: number
  /** Name of this node in the cluster; unique. Default `<host name>-<16 hex digits>`. */
  readonly nodeId?: string
  /** Where operators find this node; shown, not used. */
  readonly address?: string
  /** How long a handler may go on after it was told to end. Default 5,000. */
  readonly cancelGraceMs?: number
  /** How long the node counts as alive without a word from it; it speaks every third of it. Default 15,000. */
  readonly nodeTtlMs?: number
  /**
   * How long a handler may block the event loop, computing, before this node gives up what it holds and other nodes take over. Until
   * then a thread renews the leases (`Store.beat`). 1,000 to a day; default 300,000.
   */
  readonly maxBlockedMs?: number
  /** Called when jobs have ended or failed by a call of this process. */
  readonly hooks?: WorkerHooks
  /**
   * Whether handlers, claims and settles leave spans where `@opentelemetry/api` is installed. Default: true; without that package
   * nothing is done.
   */
  readonly tracing?: boolean
  /** Default: silent. */
  readonly logger?: Logger
  /** Default: the system's. */
  readonly clock?: Clock
  readonly random?: Random
}

/** Worker options with every default filled in. */
export interface ResolvedWorkerOptions extends Required<Omit<WorkerOptions, 'address'>> {
  readonly address: string | undefined
}

const defaults = {
  concurrency: 100,
  leaseMs: 30_000,
  cancelGraceMs: 5_000,
  nodeTtlMs: 15_000,
  maxBlockedMs: 300_000,
  hooks: {},
  tracing: true,
} as const satisfies Partial<WorkerOptions>

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Checks the options of a worker and fills in the defaults.
 *
 * @throws ValidationError naming every fault by its field.
 */
export function resolveWorkerOptions(options: WorkerOptions): ResolvedWorkerOptions {
  const { random = systemRandom, clock = systemClock, logger = silentLogger, address } = options
  const nodeId = options.nodeId ?? createNodeId(random)
  const resolved = { ...defaults, ...present(options), nodeId, random, clock, address }
  checkWorkerOptions(resolved)
  return { ...resolved, logger: logger.child({ component: 'worker', nodeId }) }
}

function checkWorkerOptions(options: Omit<ResolvedWorkerOptions, 'logger'>): void {
  const faults = new Faults()
  checkName('nodeId', options.nodeId, 'nodeId', faults)
  checkInteger(options.concurrency, { min: 1, max: 100_000 }, 'concurrency', faults)
  checkInteger(options.leaseMs, { min: 1_000, max: DAY_MS }, 'leaseMs', faults)
  checkInteger(options.cancelGraceMs, { min: 0, max: DAY_MS }, 'cancelGraceMs', faults)
  if (typeof options.tracing !== 'boolean') faults.add('tracing', 'must be true or false')
  checkInteger(options.nodeTtlMs, { min: 1_000, max: DAY_MS }, 'nodeTtlMs', faults)
  checkInteger(options.maxBlockedMs, { min: 1_000, max: DAY_MS }, 'maxBlockedMs', faults)
  faults.throwIfAny()
}
