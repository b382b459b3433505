import type { JobEvent } from '@dureq/types'
import { expect, it } from 'vitest'
import { ChangedWorkflows } from './changed-workflows.ts'

const told = (type: JobEvent['type'], jobId: string, workflowId?: string): JobEvent => ({
  type,
  timestamp: 1_000,
  jobId,
  ...(workflowId !== undefined && { workflowId }),
})

it('tells each workflow once of which a task, a hook or a job was told something', () => {
  const changed = new ChangedWorkflows()
  changed.note(told('workflow.task.dispatched', 'j1', 'w1'))
  changed.note(told('job.started', 'j1', 'w1'))
  changed.note(told('workflow.hook.dispatched', 'j2', 'w2'))
  expect(changed.take('7').map(({ type, position, json }) => [type, position, JSON.parse(json())])).toEqual(
    ['w1', 'w2'].map((id) => [
      'workflow.updated',
      '7',
      { type: 'workflow.updated', job_id: id, workflow_id: id, timestamp: '1970-01-01T00:00:01Z' },
    ]),
  )
  expect(changed.take('8')).toEqual([])
})

it('leaves alone what names its workflow itself, and what belongs to none', () => {
  const changed = new ChangedWorkflows()
  changed.note(told('workflow.completed', 'w1', 'w1'))
  changed.note(told('workflow.task.completed', 'w1', 'w1'))
  changed.note(told('job.completed', 'j1'))
  changed.note(told('batch.item.completed', 'b1'))
  expect(changed.size).toBe(0)
})
