import type { Worker } from '@dureq/worker'

/** Registers `noop`, which does nothing: ten at once, within 5 s. */
export function handleNoop(worker: Worker): void {
  worker.handle('noop', () => undefined, { concurrency: 10, timeout: '5s' })
}
