import type { Options } from '../option.ts'

/** What an engine of workflows or of batches is told. */
export interface EngineConfig {
  readonly batchSize: number
  readonly leaseMs: number
  readonly cacheSize: number
}

/** The options of the group `workflow`. */
export const workflowOptions: Options<EngineConfig> = engineOptions('workflows', {
  of: 'tasks',
  cacheSize: 200_000,
  mostCached: 10_000_000,
})

/** The options of the group `batch`. */
export const batchOptions: Options<EngineConfig> = engineOptions('batches', {
  of: 'a hundred items each',
  cacheSize: 2_000,
  mostCached: 1_000_000,
})

interface Cached {
  /** What one cached piece holds. */
  readonly of: string
  readonly cacheSize: number
  readonly mostCached: number
}

function engineOptions(what: string, { of, cacheSize, mostCached }: Cached): Options<EngineConfig> {
  return {
    batchSize: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000,
      default: 64,
      description: `Most ${what} carried on in one round`,
    },
    leaseMs: {
      type: 'integer',
      minimum: 1_000,
      maximum: 60_000,
      default: 10_000,
      description: `Silence after which another engine takes over the ${what} of a round`,
    },
    cacheSize: {
      type: 'integer',
      minimum: 0,
      maximum: mostCached,
      default: cacheSize,
      description: `States of ${of} kept in memory between rounds`,
    },
  }
}
