import { createClient } from '@dureq/client'
import { createElector, createLoop } from '@dureq/runtime'
import { present } from '@dureq/types'
import type { ResolvedSchedulerOptions } from '../scheduler-options.ts'
import type { SchedulerTools } from '../scheduler-tools.ts'
import { untilAborted } from '../until-aborted.ts'
import { syncTasks } from './sync-tasks.ts'

/** Keeps the recurring jobs of the store as a provider lists them. */
export interface PeriodicTasks {
  start(): void
  /** Awaits what is under way. */
  stop(): Promise<void>
}

/** Long: the list is looked at once a minute, and a restart looks at it at once. */
const LEADER_TTL_MS = 15_000

/**
 * The manager of periodic tasks; undefined when there is no provider. Of those that are given one, one asks it, at the
 * start and every `periodicSyncMs`. All it knows is in the store: a task is a recurring job with the unique key
 * `periodic:<key>`.
 */
export function createPeriodicTasks(
  { store, periodicTasks, periodicSyncMs, newId }: ResolvedSchedulerOptions,
  tools: SchedulerTools,
): PeriodicTasks | undefined {
  if (periodicTasks === undefined) return undefined
  const { clock, random, nodeId } = tools
  const logger = tools.logger.child({ component: 'periodic-tasks' })
  const client = createClient({ store, clock, random, logger, ...present({ newId }) })
  const round = async (): Promise<number> => {
    await syncTasks({ store, client, provider: periodicTasks, logger })
    return periodicSyncMs
  }
  const elector = createElector({
    ...tools,
    logger,
    name: 'periodic-tasks',
    owner: nodeId,
    ttlMs: LEADER_TTL_MS,
    async lead({ signal }) {
      const loop = createLoop({ clock, random, logger, round })
      loop.start()
      await untilAborted(signal)
      await loop.stop()
    },
  })
  return {
    start: () => elector.start(),
    async stop() {
      await elector.stop()
      await client.close()
    },
  }
}
