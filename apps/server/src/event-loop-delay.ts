import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createLoop, type Loop } from '@dureq/runtime'
import type { Logger } from '@dureq/types'

/** Watches how long the event loop does not get round to anything else. */
export interface EventLoopDelay {
  /** The longest pause within the last 10 to 20 s, in ms. */
  longestMs(): number
  stop(): Promise<void>
}

const WINDOW_MS = 10_000
const NANOS_PER_MS = 1_000_000

/** Begins to watch at once. */
export function watchEventLoop(logger: Logger): EventLoopDelay {
  const histogram = monitorEventLoopDelay()
  histogram.enable()
  let before = 0
  let isFirst = true
  const windows: Loop = createLoop({
    logger,
    round: () => {
      if (!isFirst) {
        before = histogram.max
        histogram.reset()
      }
      isFirst = false
      return Promise.resolve(WINDOW_MS)
    },
  })
  windows.start()
  return {
    longestMs: () => Math.round(Math.max(before, histogram.max) / NANOS_PER_MS),
    async stop() {
      histogram.disable()
      await windows.stop()
    },
  }
}
