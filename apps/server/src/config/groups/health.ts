import { DAY_MS, type Options } from '../option.ts'

/** When a node counts as sick. */
export interface HealthConfig {
  readonly maxEventLoopDelayMs: number
}

/** The options of the group `health`. */
export const healthOptions: Options<HealthConfig> = {
  maxEventLoopDelayMs: {
    type: 'integer',
    minimum: 100,
    maximum: DAY_MS,
    default: 5_000,
    description: '`/healthz` answers 503 when the event loop was blocked for longer within the last 20 s',
  },
}
