import { createNodeId, systemClock, systemRandom } from '@dureq/runtime'
import {
  type Clock,
  checkInteger,
  checkName,
  type EndedFiring,
  Faults,
  type Logger,
  type NewId,
  type PeriodicTaskConfig,
  type PeriodicTaskConfigProvider,
  present,
  type Random,
  type Store,
  silentLogger,
} from '@dureq/types'

/** What a scheduler needs and may be told. */
export interface SchedulerOptions {
  /** Where the schedules are. Whoever constructed it closes it, after `stop()`. */
  readonly store: Omit<Store, 'close'>
  /** Name of this node in the cluster; unique. Default `<host name>-<16 hex digits>`. */
  readonly nodeId?: string
  /**
   * How long another scheduler waits when the leader falls silent, which speaks every third of it. 500 to 60,000;
   * default 2,000: another one fires within 3 s of a crash.
   */
  readonly leaderTtlMs?: number
  /**
   * Tasks that run as long as they are listed: a list, or a function that is asked for it again and again. All
   * schedulers of a store that are given tasks must be given the same ones.
   */
  readonly periodicTasks?: PeriodicTaskConfigProvider | readonly PeriodicTaskConfig[]
  /** Time between two looks at `periodicTasks`. 100 to 86,400,000; default 60,000. */
  readonly periodicSyncMs?: number
  /** Told of firings that calls of this scheduler ended: replaced by a newer one, or by time alone. */
  readonly onEnded?: (ended: readonly EndedFiring[]) => void
  /** Default: silent. */
  readonly logger?: Logger
  /** Default: the system's. */
  readonly clock?: Clock
  readonly random?: Random
  /** Mints the ids of the jobs of periodic tasks. Default: from clock and random. */
  readonly newId?: NewId
}

/** Scheduler options with every default filled in, but for what may be absent. */
export interface ResolvedSchedulerOptions
  extends Required<Omit<SchedulerOptions, 'periodicTasks' | 'newId'>>,
    Pick<SchedulerOptions, 'newId'> {
  readonly periodicTasks: PeriodicTaskConfigProvider | undefined
}

const defaults = {
  leaderTtlMs: 2_000,
  periodicSyncMs: 60_000,
  onEnded: () => {},
  logger: silentLogger,
  clock: systemClock,
  random: systemRandom,
} as const satisfies Partial<SchedulerOptions>

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Checks the options of a scheduler and fills in the defaults.
 *
 * @throws ValidationError naming every fault by its field.
 */
export function resolveSchedulerOptions(options: SchedulerOptions): ResolvedSchedulerOptions {
  const { periodicTasks: given, ...rest } = options
  const filled = { ...defaults, ...present(rest) }
  const nodeId = filled.nodeId ?? createNodeId(filled.random)
  const resolved = { ...filled, nodeId, store: options.store, periodicTasks: asProvider(given) }
  checkSchedulerOptions(resolved)
  return { ...resolved, logger: filled.logger.child({ component: 'scheduler', nodeId }) }
}

function checkSchedulerOptions(options: Omit<ResolvedSchedulerOptions, 'logger'>): void {
  const faults = new Faults()
  checkName('nodeId', options.nodeId, 'nodeId', faults)
  checkInteger(options.leaderTtlMs, { min: 500, max: 60_000 }, 'leaderTtlMs', faults)
  checkInteger(options.periodicSyncMs, { min: 100, max: DAY_MS }, 'periodicSyncMs', faults)
  const { periodicTasks } = options
  if (periodicTasks !== undefined && typeof periodicTasks !== 'function')
    faults.add('periodicTasks', 'must be a list of tasks, or a function that returns one')
  faults.throwIfAny()
}

function asProvider(given: SchedulerOptions['periodicTasks']): PeriodicTaskConfigProvider | undefined {
  if (!isList(given)) return given
  return () => given
}

function isList(given: SchedulerOptions['periodicTasks']): given is readonly PeriodicTaskConfig[] {
  return Array.isArray(given)
}
