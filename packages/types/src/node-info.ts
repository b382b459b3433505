/** What a node tells the others about itself when it announces itself. */
export interface NodeInfo {
  readonly nodeId: string
  readonly address?: string
  /** Exact task types and patterns (ending in `*`) it has handlers for. */
  readonly taskTypes: readonly string[]
  /** Epoch ms; a node that restarts under the same id is told apart by it. */
  readonly startedAt: number
  readonly lastHeartbeat: number
  readonly poolStats?: PoolStats
  readonly activeRunIds?: readonly string[]
  /** Handler name (type or pattern) -> version, for handlers that have one. */
  readonly handlerVersions?: Readonly<Record<string, string>>
  /** What holds on this node for its handlers, by name: its own options, and over them the settings of the store. */
  readonly handlers?: Readonly<Record<string, EffectiveHandler>>
  /** An operator asked it to take no new work. */
  readonly draining?: boolean
}

/** How busy a node is; totals count since its start. */
export interface PoolStats {
  readonly runningWorkers: number
  readonly idleWorkers: number
  readonly maxConcurrency: number
  readonly totalSubmitted: number
  readonly totalCompleted: number
  readonly totalFailed: number
  /** Leases held whose handler has not started. */
  readonly queueLength: number
}

/** What holds for one handler of a node. */
export interface EffectiveHandler {
  /** Absent: as many as the node has slots. */
  readonly concurrency?: number
  readonly timeoutMs?: number
  readonly maxAttempts: number
}
