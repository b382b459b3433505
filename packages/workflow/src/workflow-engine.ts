import {
  createComplaints,
  createEngineTools,
  createHookCaller,
  createMailEngine,
  createPartCache,
  createSteps,
  type Service,
} from '@dureq/runtime'
import {
  type ResolvedEngineOptions,
  resolveEngineOptions,
  type WorkflowEngineOptions,
} from './engine-options.ts'
import type { StoredPart } from './open-case.ts'
import { createWorkflowMachine } from './workflow-machine.ts'

/**
 * Carries workflows on: dispatches what is ready, follows what ends, and ends them. Any number of engines share a store,
 * and none leads: each is given other workflows.
 */
export interface WorkflowEngine extends Service {
  readonly nodeId: string
}

/**
 * Makes a workflow engine; it does nothing before `start()`, which rejects when the store does not answer.
 *
 * @throws ValidationError naming every faulty option.
 */
export function createWorkflowEngine(options: WorkflowEngineOptions): WorkflowEngine {
  const resolved = resolveEngineOptions(options)
  return Object.assign(mailEngineOf(resolved), { nodeId: resolved.nodeId })
}

function mailEngineOf(options: ResolvedEngineOptions): Service {
  const { batchSize, leaseMs, cacheSize, hooks } = options
  const tools = createEngineTools(options, 'workflows')
  const ends = createHookCaller({
    ...tools,
    ends: {
      completed: { type: 'workflow.completed', hooks: hooks.onWorkflowCompleted ?? [] },
      failed: { type: 'workflow.failed', hooks: hooks.onWorkflowFailed ?? [] },
    },
  })
  const steps = createSteps({
    ...tools,
    machine: createWorkflowMachine(tools),
    hooks: ends,
    cache: createPartCache<StoredPart>({ mostParts: cacheSize, newHasNone: true }),
    complaints: createComplaints(tools.logger, 'workflow'),
  })
  const wanted = { queues: ['workflow'], batchSize, leaseMs } as const
  return createMailEngine({ ...tools, what: 'workflow engine', wanted, steps, hooks: ends })
}
