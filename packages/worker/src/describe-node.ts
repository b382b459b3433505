import type { NodeInfo } from '@dureq/types'
import type { Executor } from './executor.ts'
import type { HandlerEntry } from './handler-entry.ts'
import type { ResolvedWorkerOptions } from './worker-options.ts'

/** What a node tells the others about itself. */
export function describeNode(
  worker: ResolvedWorkerOptions,
  entries: readonly HandlerEntry[],
  executor: Executor,
): (startedAt: number) => NodeInfo {
  const { nodeId, address, concurrency, clock } = worker
  const fixed = {
    nodeId,
    ...(address === undefined ? {} : { address }),
    taskTypes: entries.map((entry) => entry.name),
    ...versionsOf(entries),
  }
  return (startedAt) => ({
    ...fixed,
    startedAt,
    lastHeartbeat: clock.now(),
    poolStats: {
      runningWorkers: executor.running,
      idleWorkers: Math.max(0, concurrency - executor.running),
      maxConcurrency: concurrency,
      totalSubmitted: executor.totals.started,
      totalCompleted: executor.totals.succeeded,
      totalFailed: executor.totals.failed,
      queueLength: 0,
    },
    activeRunIds: Array.from(executor.held(), ({ lease }) => lease.runId),
  })
}

function versionsOf(entries: readonly HandlerEntry[]): Pick<NodeInfo, 'handlerVersions'> {
  const versions = entries.flatMap(({ name, spec }) =>
    spec.version === undefined ? [] : [[name, spec.version]],
  )
  return versions.length === 0 ? {} : { handlerVersions: Object.fromEntries(versions) }
}
