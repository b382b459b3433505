import {
  type Clock,
  createIdMinter,
  type EndedFiring,
  type Logger,
  type NewId,
  type Random,
  type Store,
  silentLogger,
} from '@dureq/types'
import { createNodeId } from '../node-id.ts'
import { systemClock } from '../system-clock.ts'
import { systemNewId } from '../system-new-id.ts'
import { systemRandom } from '../system-random.ts'

/** What all engines that live on mail need and may be told. */
export interface NodeOptions {
  /** Where the instances are. Whoever constructed it closes it, after `stop()`. */
  readonly store: Omit<Store, 'close'>
  /** Name of this node in the cluster; unique. Default `<host name>-<16 hex digits>`. */
  readonly nodeId?: string
  /** Told of jobs that calls of this node ended: cancelled with their instance, or by time alone. */
  readonly onEnded?: (ended: readonly EndedFiring[]) => void
  /** Default: silent. */
  readonly logger?: Logger
  /** Default: the system's. */
  readonly clock?: Clock
  readonly random?: Random
  /** Mints the ids of jobs and instances. Default: from clock and random. */
  readonly newId?: NewId
}

/** Node options with every default filled in. */
export type ResolvedNodeOptions = Required<NodeOptions>

/**
 * Fills in the defaults.
 *
 * @param component what the log calls it.
 */
export function resolveNodeOptions(options: NodeOptions, component: string): ResolvedNodeOptions {
  const { clock = systemClock, random = systemRandom, onEnded = () => {}, logger = silentLogger } = options
  const { store, nodeId = createNodeId(random) } = options
  const ownIds = options.clock === undefined && options.random === undefined ? systemNewId : undefined
  const newId = options.newId ?? ownIds ?? createIdMinter({ clock, random })
  return { store, nodeId, onEnded, clock, random, newId, logger: logger.child({ component, nodeId }) }
}
