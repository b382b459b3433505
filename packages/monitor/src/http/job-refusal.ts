import type { InvalidJobStatusError } from '@dureq/types'

/** Status and text of the answer to an order the status of a job forbids. */
export interface JobRefusal {
  readonly status: 400 | 409
  readonly text: string
}

/** What the Go implementation says, to the letter, of the orders it has; others are told as they are. */
export function refusalOfJob({ verb, status, message }: InvalidJobStatusError): JobRefusal {
  switch (verb) {
    case 'cancel':
      return { status: 400, text: 'job is already in terminal state' }
    case 'updatePayload':
      return { status: 400, text: 'can only update payload of pending or scheduled jobs' }
    case 'retry':
      return { status: 409, text: `cannot retry: job is ${status} (only failed/dead/cancelled)` }
    case 'delete':
      return { status: 409, text: `cannot delete: job is ${status} (cancel it first)` }
    case 'pause':
    case 'resume':
      return { status: 400, text: message }
    default:
      return { status: 409, text: message }
  }
}
