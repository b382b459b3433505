import { defineTask } from '@dureq/worker'

/**
 * Client and worker share a task: its name, its types and its options.
 *
 * @type {import('@dureq/worker').Task<{ to: string }, { to: string }, { messageId: string }>}
 */
export const sendEmail = defineTask({
  type: 'email.send',
  payload: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] },
  retryPolicy: { maxAttempts: 5, initialDelay: '5s', maxDelay: '5m', multiplier: 2, jitter: 0.1 },
  timeout: '30s',
})
