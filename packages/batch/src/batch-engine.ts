import {
  createComplaints,
  createEngineTools,
  createHookCaller,
  createMailEngine,
  createPartCache,
  createSteps,
  type NodeOptions,
  resolveNodeOptions,
  type Service,
} from '@dureq/runtime'
import { checkInteger, checkName, Faults, type Hooks } from '@dureq/types'
import { createBatchMachine } from './batch-machine.ts'
import type { BatchPart } from './machine/known.ts'

/** The hooks a batch engine can call: those of what its own steps do. */
export type BatchHooks = Pick<Hooks, 'onBatchCompleted' | 'onBatchFailed'>

/** What a batch engine needs and may be told. */
export interface BatchEngineOptions extends NodeOptions {
  /** Called when steps of this engine have ended a batch for good. Default: none. */
  readonly hooks?: BatchHooks
  /** Most batches carried on in one round. 1 to 1,000; default 64. */
  readonly batchSize?: number
  /** How long no other engine is given the batches of a round, in ms. 1,000 to 60,000; default 10,000. */
  readonly leaseMs?: number
  /** Parts of batches, of a hundred items each, kept in memory between steps. 0 to 1,000,000; default 2,000. */
  readonly cacheSize?: number
}

/**
 * Carries batches on: keeps `chunkSize` items in flight, counts what ends, and ends them. Any number of engines share a
 * store, and none leads: each is given other batches.
 */
export interface BatchEngine extends Service {
  readonly nodeId: string
}

/**
 * Makes a batch engine; it does nothing before `start()`, which rejects when the store does not answer.
 *
 * @throws ValidationError naming every faulty option.
 */
export function createBatchEngine(options: BatchEngineOptions): BatchEngine {
  const { batchSize = 64, leaseMs = 10_000, cacheSize = 2_000, hooks = {} } = options
  const node = resolveNodeOptions(options, 'batch-engine')
  check({ nodeId: node.nodeId, batchSize, leaseMs, cacheSize })
  const tools = createEngineTools(node, 'batches')
  const ends = createHookCaller({
    ...tools,
    ends: {
      completed: { type: 'batch.completed', hooks: hooks.onBatchCompleted ?? [] },
      failed: { type: 'batch.failed', hooks: hooks.onBatchFailed ?? [] },
    },
  })
  const steps = createSteps({
    ...tools,
    machine: createBatchMachine(tools.store),
    hooks: ends,
    // A new batch has parts already, and `append` adds some without a new version.
    cache: createPartCache<BatchPart>({ mostParts: cacheSize, newHasNone: false }),
    complaints: createComplaints(tools.logger, 'batch'),
  })
  const wanted = { queues: ['batch'], withoutOutputs: true, batchSize, leaseMs } as const
  const service = createMailEngine({ ...tools, what: 'batch engine', wanted, steps, hooks: ends })
  return Object.assign(service, { nodeId: node.nodeId })
}

function check(options: { nodeId: string; batchSize: number; leaseMs: number; cacheSize: number }): void {
  const faults = new Faults()
  checkName('nodeId', options.nodeId, 'nodeId', faults)
  checkInteger(options.batchSize, { min: 1, max: 1_000 }, 'batchSize', faults)
  checkInteger(options.leaseMs, { min: 1_000, max: 60_000 }, 'leaseMs', faults)
  checkInteger(options.cacheSize, { min: 0, max: 1_000_000 }, 'cacheSize', faults)
  faults.throwIfAny()
}
