import { isTerminalJobStatus, isTerminalWorkflowStatus } from '@dureq/types'
import type { Snapshot } from './snapshot.ts'
import { must } from './violation.ts'

/** Once all is well and time has passed: everything has ended, or waits for somebody who paused it. */
export function checkEnded({ jobs, firings, workflows, batches }: Snapshot): void {
  for (const { id, status } of [...workflows, ...batches]) {
    must('I8', isTerminalWorkflowStatus(status) || status === 'suspended', () => `${id} is still ${status}`)
  }
  const suspended = new Set(workflows.filter(({ status }) => status === 'suspended').map(({ id }) => id))
  for (const { id, status, workflowId } of [...jobs, ...firings]) {
    const isHeld = status === 'paused' || (workflowId !== undefined && suspended.has(workflowId))
    must('stuck', isTerminalJobStatus(status) || isHeld, () => `${id} is still ${status}`)
  }
}
