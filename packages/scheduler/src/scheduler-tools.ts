import { type Caller, createCaller } from '@dureq/runtime'
import type { Clock, EndedFiring, Logger, Random, Store } from '@dureq/types'
import type { ResolvedSchedulerOptions } from './scheduler-options.ts'

/** What every part of a scheduler is given. */
export interface SchedulerTools {
  readonly store: Pick<Store, 'schedules' | 'runs' | 'leases' | 'settings'>
  readonly nodeId: string
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly caller: Caller
  /** Told of firings that calls of this scheduler ended. */
  readonly onEnded: (ended: readonly EndedFiring[]) => void
}

/** The tools of one scheduler. */
export function createSchedulerTools(options: ResolvedSchedulerOptions): SchedulerTools {
  const { store, nodeId, clock, random, logger } = options
  const onEnded = (ended: readonly EndedFiring[]): void => {
    if (ended.length === 0) return
    try {
      options.onEnded(ended)
    } catch (error) {
      logger.error({ err: error }, 'onEnded failed')
    }
  }
  return { store, nodeId, clock, random, logger, caller: createCaller({ random }), onEnded }
}
