import { openSync, writeSync } from 'node:fs'
import { NonRetryableError } from '@dureq/types'

/** A job that loses its node again and again is no failure of its item. */
const options = { retryPolicy: { maxAttempts: 1_000, initialDelay: 1, multiplier: 1 } }

/** Registers the handlers of items, and of the jobs that are made of groups. Each execution is noted first. */
export function handleBatches(worker, diary) {
  const file = openSync(diary, 'a')
  const note = (payload, { jobId, runId, nodeId, attempt }) =>
    writeSync(file, `${JSON.stringify({ jobId, runId, nodeId, attempt, payload })}\n`)
  worker.handle(
    'item',
    (payload, ctx) => {
      note(payload, ctx)
      if (payload.fails) throw new NonRetryableError('as it was told')
    },
    options,
  )
  worker.handle('collected', (payloads, ctx) => note(payloads, ctx), options)
}
