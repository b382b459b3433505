import type { Logger } from '@dureq/types'
import { defineTask, type Worker } from '@dureq/worker'

/** Logs its message and gives it back. */
const echo = defineTask<{ message: string }, { message: string }>({
  type: 'echo',
  payload: {
    type: 'object',
    properties: { message: { type: 'string' } },
    required: ['message'],
  },
})

/** Registers `echo {message}`: five at once, within 10 s. */
export function handleEcho(worker: Worker, logger: Logger): void {
  worker.handle(
    echo,
    ({ message }, { jobId }) => {
      logger.info({ jobId, echo: message }, 'echo')
      return { message }
    },
    { concurrency: 5, timeout: '10s' },
  )
}
