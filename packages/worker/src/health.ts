import type { Phase } from '@dureq/runtime'
import type { EngineState } from './engine.ts'

/** How a worker is doing. */
export interface WorkerHealth {
  readonly nodeId: string
  /**
   * `disconnected`: the store does not answer; what runs goes on, nothing new is taken. `draining`: an operator wants
   * no new work on this node. `stalled`: it should take work and has not got an answer for half a minute, though the store answers
   * other calls: something is stuck, and the process better begins anew. The others are the steps of its life.
   */
  readonly status: Exclude<Phase, 'running'> | 'running' | 'draining' | 'disconnected' | 'stalled'
  /** Since when it has this status, epoch ms. */
  readonly since: number
  /** The last failure of a call to the store. */
  readonly lastError?: Error
  /** Handlers it has: task types and patterns. */
  readonly handlers: number
  readonly concurrency: number
  /** Handlers running. */
  readonly running: number
  /** Outcomes the store has not confirmed yet. */
  readonly unsettled: number
  /** Runs that succeeded and failed on this node since its start. */
  readonly succeeded: number
  readonly failed: number
}

/** What the worker itself knows. */
export interface WorkerFacts {
  readonly nodeId: string
  readonly handlers: number
  readonly concurrency: number
  readonly phase: Phase
  readonly phaseSince: number
}

/** Sums up a worker; without an engine it has not been started. */
export function describeHealth(
  worker: WorkerFacts,
  engine: EngineState | undefined,
  now: number,
): WorkerHealth {
  return {
    nodeId: worker.nodeId,
    ...statusOf(worker, engine, now),
    ...(engine?.lastError === undefined ? {} : { lastError: engine.lastError }),
    handlers: worker.handlers,
    concurrency: engine?.concurrency ?? worker.concurrency,
    running: engine?.running ?? 0,
    unsettled: engine?.unsettled ?? 0,
    succeeded: engine?.succeeded ?? 0,
    failed: engine?.failed ?? 0,
  }
}

/** A claim that is under way for longer will not be answered. */
const STALLED_MS = 30_000

function statusOf(
  { phase, phaseSince }: WorkerFacts,
  engine: EngineState | undefined,
  now: number,
): Pick<WorkerHealth, 'status' | 'since'> {
  if (phase !== 'running' || engine === undefined) return { status: phase, since: phaseSince }
  const { connected, connectedSince, draining, drainingSince, askingSince } = engine
  if (!connected) return { status: 'disconnected', since: connectedSince }
  const stalledSince = Math.max(askingSince ?? now, connectedSince)
  if (now - stalledSince > STALLED_MS) return { status: 'stalled', since: stalledSince }
  if (draining) return { status: 'draining', since: Math.max(drainingSince, connectedSince) }
  return { status: 'running', since: Math.max(phaseSince, connectedSince, drainingSince) }
}
