import { defineTask } from '@dureq/types'

/**
 * A mail to one user. One comment is such a mail as well, so that the aggregator makes one of many.
 *
 * @type {import('@dureq/types').Task<{ to: string, comments: string[] }>}
 */
export const sendDigest = defineTask({
  type: 'digest.send',
  payload: {
    type: 'object',
    properties: { to: { type: 'string' }, comments: { type: 'array', items: { type: 'string' } } },
    required: ['to', 'comments'],
  },
})
