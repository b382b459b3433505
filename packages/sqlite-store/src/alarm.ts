import { createDeferred } from '@dureq/runtime'
import type { Clock } from '@dureq/types'

/** Lets somebody wait until he is rung, and no longer than he wants to. */
export interface Alarm {
  ring(): void
  /** True as soon as it was rung since the last call; false when the time is over or a signal has aborted. */
  next(): Promise<boolean>
  /** Frees what it holds; called once, in the end. */
  end(): void
}

/** What ends an alarm. */
export interface AlarmOptions {
  readonly clock: Clock
  /** Default: no bound. */
  readonly timeoutMs?: number
  readonly signals: readonly (AbortSignal | undefined)[]
}

/** Sets an alarm. */
export function createAlarm({ clock, timeoutMs, signals }: AlarmOptions): Alarm {
  let isRung = false
  let isOver = signals.some((signal) => signal?.aborted)
  let waiting = createDeferred<void>()
  const wake = (): void => waiting.resolve()
  const finish = (): void => {
    isOver = true
    wake()
  }
  const isBounded = timeoutMs !== undefined && Number.isFinite(timeoutMs)
  const timer = isBounded ? clock.setTimeout(finish, Math.max(0, timeoutMs)) : undefined
  for (const signal of signals) signal?.addEventListener('abort', finish, { once: true })
  return {
    ring() {
      isRung = true
      wake()
    },
    async next() {
      if (!isRung && !isOver) await waiting.promise
      if (!isRung) return false
      isRung = false
      if (!isOver) waiting = createDeferred<void>()
      return true
    },
    end() {
      timer?.cancel()
      for (const signal of signals) signal?.removeEventListener('abort', finish)
    },
  }
}
