import { NonRetryableError } from '@dureq/worker'

/**
 * Called by the server before it starts, with its worker.
 *
 * @param {import('@dureq/worker').Worker} worker
 */
export default function registerHandlers(worker) {
  worker.handle('text.count-words', countWords, { concurrency: 10, timeout: '5s' })
}

/** @param {{ text?: unknown }} payload */
function countWords({ text }) {
  if (typeof text !== 'string') throw new NonRetryableError('text must be a text')
  return { words: text.split(/\s+/).filter(Boolean).length }
}
