import type { Worker } from '@dureq/worker'

/** Registers `fail-always`, which fails at its only attempt: for trying out what happens then. */
export function handleFailAlways(worker: Worker): void {
  worker.handle(
    'fail-always',
    () => {
      throw new Error('fail-always: intentional failure for testing')
    },
    { concurrency: 5, timeout: '5s', retryPolicy: { maxAttempts: 1 } },
  )
}
