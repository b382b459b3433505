import type { NodeInfo } from '@dureq/types'
import { type Duty, effectiveHandlers } from './duty.ts'
import type { Executor } from './executor.ts'
import type { HandlerEntry } from './handler-entry.ts'
import type { ResolvedWorkerOptions } from './worker-options.ts'

/** What a node tells the others about itself. */
export function describeNode(
  worker: ResolvedWorkerOptions,
  duty: () => Duty,
  executor: Executor,
): (startedAt: number) => NodeInfo {
  const { nodeId, address, clock } = worker
  const { entries } = duty()
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
    handlers: effectiveHandlers(duty()),
    poolStats: {
      runningWorkers: executor.running,
      idleWorkers: Math.max(0, duty().concurrency - executor.running),
      maxConcurrency: duty().concurrency,
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
