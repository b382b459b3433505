import type { EffectiveHandler, NodeInfo, PoolStats } from '@dureq/types'
import { encodeInstant } from './instant.ts'
import { encodeOptionalLength } from './length.ts'

/** A node on the wire. `draining` and `handlers`, what holds for each of them, are ours. */
export interface NodeWire {
  readonly node_id: string
  readonly address?: string | undefined
  readonly task_types: readonly string[]
  readonly started_at: string
  readonly last_heartbeat: string
  readonly pool_stats?: PoolStatsWire | undefined
  readonly active_run_ids?: readonly string[] | undefined
  readonly handler_versions?: Readonly<Record<string, string>> | undefined
  readonly handlers?: Readonly<Record<string, HandlerWire>> | undefined
  readonly draining: boolean
}

interface PoolStatsWire {
  readonly running_workers: number
  readonly idle_workers: number
  readonly max_concurrency: number
  readonly total_submitted: number
  readonly total_completed: number
  readonly total_failed: number
  readonly queue_length: number
}

interface HandlerWire {
  readonly concurrency?: number | undefined
  readonly timeout?: string | undefined
  readonly max_attempts: number
}

/** Writes a node. */
export function encodeNode(node: NodeInfo): NodeWire {
  const { poolStats, handlers } = node
  return {
    node_id: node.nodeId,
    address: node.address,
    task_types: node.taskTypes,
    started_at: encodeInstant(node.startedAt),
    last_heartbeat: encodeInstant(node.lastHeartbeat),
    pool_stats: poolStats && encodePoolStats(poolStats),
    active_run_ids: node.activeRunIds,
    handler_versions: node.handlerVersions,
    handlers: handlers && encodeHandlers(handlers),
    draining: node.draining ?? false,
  }
}

function encodePoolStats(stats: PoolStats): PoolStatsWire {
  return {
    running_workers: stats.runningWorkers,
    idle_workers: stats.idleWorkers,
    max_concurrency: stats.maxConcurrency,
    total_submitted: stats.totalSubmitted,
    total_completed: stats.totalCompleted,
    total_failed: stats.totalFailed,
    queue_length: stats.queueLength,
  }
}

function encodeHandlers(handlers: Readonly<Record<string, EffectiveHandler>>): NodeWire['handlers'] {
  const entries = Object.entries(handlers).map(([name, { concurrency, timeoutMs, maxAttempts }]) => [
    name,
    { concurrency, timeout: encodeOptionalLength(timeoutMs), max_attempts: maxAttempts },
  ])
  return Object.fromEntries(entries) as NodeWire['handlers']
}
