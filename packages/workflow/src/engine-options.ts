import { createNodeId, systemClock, systemNewId, systemRandom } from '@dureq/runtime'
import {
  type Clock,
  checkInteger,
  checkName,
  createIdMinter,
  type EndedFiring,
  Faults,
  type Hooks,
  type Logger,
  type NewId,
  present,
  type Random,
  type Store,
  silentLogger,
} from '@dureq/types'

/** The hooks an engine can call: those of what its own steps do. */
export type EngineHooks = Pick<Hooks, 'onWorkflowCompleted' | 'onWorkflowFailed'>

/** What a workflow engine needs and may be told. */
export interface WorkflowEngineOptions {
  /** Where the workflows are. Whoever constructed it closes it, after `stop()`. */
  readonly store: Omit<Store, 'close'>
  /** Name of this node in the cluster; unique. Default `<host name>-<16 hex digits>`. */
  readonly nodeId?: string
  /** Called when steps of this engine have ended a workflow for good. Default: none. */
  readonly hooks?: EngineHooks
  /** Most workflows carried on in one round. 1 to 1,000; default 64. */
  readonly batchSize?: number
  /**
   * How long no other engine is given the workflows of a round: the delay of a workflow whose engine crashed in the middle.
   * 1,000 to 60,000; default 10,000.
   */
  readonly leaseMs?: number
  /** States of tasks kept in memory between steps, of all workflows. 0 to 10,000,000; default 200,000. */
  readonly cacheSize?: number
  /** Told of jobs that calls of this engine ended: cancelled with their workflow, or by time alone. */
  readonly onEnded?: (ended: readonly EndedFiring[]) => void
  /** Default: silent. */
  readonly logger?: Logger
  /** Default: the system's. */
  readonly clock?: Clock
  readonly random?: Random
  /** Mints the ids of jobs and child workflows. Default: from clock and random. */
  readonly newId?: NewId
}

/** Engine options with every default filled in. */
export type ResolvedEngineOptions = Required<WorkflowEngineOptions>

const defaults = {
  hooks: {},
  batchSize: 64,
  leaseMs: 10_000,
  cacheSize: 200_000,
  onEnded: () => {},
  logger: silentLogger,
  clock: systemClock,
  random: systemRandom,
} as const satisfies Partial<WorkflowEngineOptions>

/**
 * Checks the options of an engine and fills in the defaults.
 *
 * @throws ValidationError naming every fault by its field.
 */
export function resolveEngineOptions(options: WorkflowEngineOptions): ResolvedEngineOptions {
  const filled = { ...defaults, ...present(options) }
  const { clock, random } = filled
  const nodeId = filled.nodeId ?? createNodeId(random)
  const ownIds = options.clock === undefined && options.random === undefined ? systemNewId : undefined
  const newId = filled.newId ?? ownIds ?? createIdMinter({ clock, random })
  checkEngineOptions({ ...filled, nodeId })
  const logger = filled.logger.child({ component: 'workflow-engine', nodeId })
  return { ...filled, store: options.store, nodeId, newId, logger }
}

function checkEngineOptions(options: Omit<ResolvedEngineOptions, 'store' | 'newId'>): void {
  const faults = new Faults()
  checkName('nodeId', options.nodeId, 'nodeId', faults)
  checkInteger(options.batchSize, { min: 1, max: 1_000 }, 'batchSize', faults)
  checkInteger(options.leaseMs, { min: 1_000, max: 60_000 }, 'leaseMs', faults)
  checkInteger(options.cacheSize, { min: 0, max: 10_000_000 }, 'cacheSize', faults)
  faults.throwIfAny()
}
