import type { Client } from '@dureq/client'
import { type JsonSchema, WorkflowNotFoundError } from '@dureq/types'
import type { FastifyInstance } from 'fastify'
import { encodeAuditEntry } from '../codecs/audit-entry.ts'
import { inWireNames } from '../codecs/field-names.ts'
import {
  decodeTasksQuery,
  decodeWorkflowsQuery,
  type PageQueryWire,
  type WorkflowsQueryWire,
} from '../codecs/page-query.ts'
import { encodeTaskState, encodeWorkflow } from '../codecs/workflow.ts'
import { page, query } from '../schemas/page.ts'
import { object } from '../schemas/shared.ts'
import { auditEntrySchema, taskStateSchema, withDefinitions, workflowSchema } from '../schemas/workflow.ts'
import type { OfWorkflow, WorkflowRoutesOptions } from './of-workflow.ts'
import { taskResultRoute } from './task-result.ts'
import { addBulkOrders, addOrders } from './workflow-orders.ts'
import { addStart, addValidation } from './workflow-start.ts'

/** Everything below `/workflows`. */
export function workflowRoutes(app: FastifyInstance, options: WorkflowRoutesOptions): void {
  addStart(app, options)
  addValidation(app, options)
  addReads(app, options.client)
  addTaskReads(app, options.client)
  addOrders(app, options)
  addBulkOrders(app, options.client)
}

/** A workflow in an answer. */
const workflow: JsonSchema = withDefinitions(workflowSchema)

function addReads(app: FastifyInstance, client: Client): void {
  app.get<{ Querystring: WorkflowsQueryWire }>(
    '/workflows',
    {
      schema: {
        querystring: query('status', 'name', 'limit', 'offset', 'sort', 'cursor'),
        response: { 200: withDefinitions(page(workflowSchema)) },
      },
    },
    async (request) => {
      const { workflows, total, totalExact, cursor } = await inWireNames(
        client.listWorkflows(decodeWorkflowsQuery(request.query)),
      )
      return { data: workflows.map(encodeWorkflow), total, total_exact: totalExact, cursor }
    },
  )
  app.get<OfWorkflow>(
    '/workflows/:id',
    { schema: { response: { 200: workflow } } },
    async ({ params: { id } }) => {
      const found = await client.getWorkflow(id)
      if (found === undefined) throw new WorkflowNotFoundError(id)
      return encodeWorkflow(found)
    },
  )
}

const signalStats = object({ pending_count: { type: 'integer' }, oldest_unacked_age_ms: { type: 'integer' } })

function addTaskReads(app: FastifyInstance, client: Client): void {
  app.get<OfWorkflow & { Querystring: PageQueryWire }>(
    '/workflows/:id/tasks',
    { schema: { querystring: query('limit', 'offset'), response: { 200: page(taskStateSchema) } } },
    async ({ params: { id }, query: wire }) => {
      const { tasks, total } = await inWireNames(client.listWorkflowTasks(id, decodeTasksQuery(wire)))
      return { data: tasks.map(encodeTaskState), total, total_exact: true }
    },
  )
  taskResultRoute(app, client)
  app.get<OfWorkflow>(
    '/workflows/:id/signals/stats',
    { schema: { response: { 200: signalStats } } },
    async ({ params: { id } }) => {
      const { pendingCount, oldestUnackedAgeMs } = await client.signalStats(id)
      return { pending_count: pendingCount, oldest_unacked_age_ms: oldestUnackedAgeMs }
    },
  )
  app.get<OfWorkflow>(
    '/workflows/:id/audit',
    { schema: { response: { 200: { type: 'array', items: auditEntrySchema } } } },
    async ({ params: { id } }) => (await client.workflowAudit(id)).map(encodeAuditEntry),
  )
}
