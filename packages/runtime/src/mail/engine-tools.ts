import type { Clock, EndedFiring, Logger, NewId, Random, Store } from '@dureq/types'
import { type Caller, createCaller } from '../caller.ts'

/** What every part of an engine that lives on mail is given. */
export interface EngineTools {
  readonly store: Pick<Store, 'instances' | 'mailboxes' | 'jobs' | 'runs' | 'settings'>
  /** Of its mail: a worker of the same node waits under the name of the node. */
  readonly nodeId: string
  readonly clock: Clock
  readonly random: Random
  readonly newId: NewId
  readonly logger: Logger
  readonly caller: Caller
  /** Told of jobs that calls of this engine ended. */
  readonly onEnded: (ended: readonly EndedFiring[]) => void
}

/**
 * The tools of one engine.
 *
 * @param what names the engine among those of its node: `workflows`.
 */
export function createEngineTools(options: Omit<EngineTools, 'caller'>, what: string): EngineTools {
  const { store, nodeId, clock, random, newId, logger } = options
  const onEnded = (ended: readonly EndedFiring[]): void => {
    if (ended.length === 0) return
    try {
      options.onEnded(ended)
    } catch (error) {
      logger.error({ err: error }, 'onEnded failed')
    }
  }
  const caller = createCaller({ random })
  return { store, nodeId: `${nodeId}:${what}`, clock, random, newId, logger, caller, onEnded }
}
