import { batchOperations } from './batches.ts'
import { clusterOperations } from './cluster.ts'
import { flowOperations } from './flow.ts'
import { historyOperations } from './history.ts'
import { jobOperations } from './jobs.ts'
import type { Operations } from './operation.ts'
import { scheduleOperations } from './schedules.ts'
import { workflowOperations } from './workflows.ts'

/** What each route of the API is for. */
export const operations: Operations = {
  ...jobOperations,
  ...scheduleOperations,
  ...workflowOperations,
  ...batchOperations,
  ...historyOperations,
  ...flowOperations,
  ...clusterOperations,
}
