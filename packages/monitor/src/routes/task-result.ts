import type { Client } from '@dureq/client'
import type { FastifyInstance } from 'fastify'
import { sendBody } from '../http/answer-errors.ts'
import { object, userData } from '../schemas/shared.ts'
import type { OfWorkflow } from './of-workflow.ts'

interface OfTask {
  readonly Params: OfWorkflow['Params'] & { readonly task: string }
}

/** What a task of a workflow has left. One that has left nothing, or has failed, has the output null. */
export function taskResultRoute(app: FastifyInstance, client: Client): void {
  app.get<OfTask>(
    '/workflows/:id/tasks/:task/result',
    { schema: { response: { 200: object({ output: userData }) } } },
    async ({ params: { id, task } }, reply) => {
      const result = await client.getTaskResult(id, task)
      if (result !== undefined) return { output: result.output ?? null }
      const { jobId } = await client.getWorkflowTask(id, task)
      const error = jobId === undefined ? 'task has no job ID (not yet dispatched)' : 'task has no result yet'
      return sendBody(reply, 404, { error, code: 'result-not-ready' })
    },
  )
}
