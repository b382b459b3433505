import { systemClock } from '@dureq/runtime'
import { defineTask, type Worker } from '@dureq/worker'

interface SleepPayload {
  readonly duration_ms?: number
  readonly message?: string
}

const sleep = defineTask<SleepPayload, { slept_ms: number; message?: string }>({
  type: 'sleep',
  payload: {
    type: 'object',
    properties: { duration_ms: { type: 'number', maximum: 300_000 }, message: { type: 'string' } },
  },
})

const DEFAULT_MS = 1_000

/** Registers `sleep {duration_ms, message?}`: ten at once, within 5 min; without a duration above 0 it sleeps 1 s. */
export function handleSleep(worker: Worker): void {
  worker.handle(
    sleep,
    async ({ duration_ms = 0, message }, { signal }) => {
      const ms = duration_ms > 0 ? duration_ms : DEFAULT_MS
      await systemClock.sleep(ms, signal)
      return message === undefined ? { slept_ms: ms } : { slept_ms: ms, message }
    },
    { concurrency: 10, timeout: '5m' },
  )
}
