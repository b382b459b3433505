import { type NodeOptions, type ResolvedNodeOptions, resolveNodeOptions } from '@dureq/runtime'
import { checkInteger, checkName, Faults, type Hooks } from '@dureq/types'

/** The hooks an engine can call: those of what its own steps do. */
export type EngineHooks = Pick<Hooks, 'onWorkflowCompleted' | 'onWorkflowFailed'>

/** What a workflow engine needs and may be told. */
export interface WorkflowEngineOptions extends NodeOptions {
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
}

/** Engine options with every default filled in. */
export type ResolvedEngineOptions = ResolvedNodeOptions &
  Required<Pick<WorkflowEngineOptions, 'hooks' | 'batchSize' | 'leaseMs' | 'cacheSize'>>

/**
 * Checks the options of an engine and fills in the defaults.
 *
 * @throws ValidationError naming every fault by its field.
 */
export function resolveEngineOptions(options: WorkflowEngineOptions): ResolvedEngineOptions {
  const { hooks = {}, batchSize = 64, leaseMs = 10_000, cacheSize = 200_000 } = options
  const node = resolveNodeOptions(options, 'workflow-engine')
  const resolved = { ...node, hooks, batchSize, leaseMs, cacheSize }
  checkEngineOptions(resolved)
  return resolved
}

function checkEngineOptions(options: ResolvedEngineOptions): void {
  const faults = new Faults()
  checkName('nodeId', options.nodeId, 'nodeId', faults)
  checkInteger(options.batchSize, { min: 1, max: 1_000 }, 'batchSize', faults)
  checkInteger(options.leaseMs, { min: 1_000, max: 60_000 }, 'leaseMs', faults)
  checkInteger(options.cacheSize, { min: 0, max: 10_000_000 }, 'cacheSize', faults)
  faults.throwIfAny()
}
