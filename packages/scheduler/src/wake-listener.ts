import { createLoop, type Loop } from '@dureq/runtime'
import type { SchedulerTools } from './scheduler-tools.ts'

/** What a wake listener needs besides. */
export interface WakeListenerOptions extends SchedulerTools {
  /** A schedule may be due earlier than was known. */
  readonly onSchedules: () => void
  /** Something else is due earlier than was known. */
  readonly onDue: () => void
}

/** The store may lose a wake when it fails over; nobody waits longer than this for having lost one. */
const LOOK_AGAIN_MS = 5_000

/**
 * Keeps one `wait` outstanding: how a leader learns of new and changed schedules. It waits under a name of its own, as
 * the worker of the same node has a wait of its own.
 */
export function createWakeListener(options: WakeListenerOptions): Loop {
  const { store, nodeId, clock, random, logger, onSchedules, onDue } = options
  const request = { nodeId: `${nodeId}:schedules`, schedules: true }
  const round = async (signal: AbortSignal): Promise<number> => {
    const reasons = await store.runs.wait(request, { timeoutMs: LOOK_AGAIN_MS, signal })
    for (const { kind } of reasons) {
      if (kind === 'schedules') onSchedules()
      if (kind === 'due') onDue()
    }
    return 0
  }
  return createLoop({ clock, random, logger, round })
}
