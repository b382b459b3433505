import { SizeLimitError, ValidationError } from '@dureq/types'
import { expect, it } from 'vitest'
import { inWireNames, wireField } from './field-names.ts'

it('spells fields as the wire does, and leaves the names of users alone', () => {
  expect(wireField('taskType')).toBe('task_type')
  expect(wireField('retryPolicy.nonRetryableErrors[0]')).toBe('retry_policy.non_retryable_errors[0]')
  expect(wireField('payload.userName')).toBe('payload.userName')
  expect(wireField('tasks[3].childWorkflowDef.tasks[0].payload.userName')).toBe(
    'tasks[3].child_workflow_def.tasks[0].payload.userName',
  )
  expect(wireField('input.userName')).toBe('input.userName')
  expect(wireField('headers["X-Trace"]')).toBe('headers["X-Trace"]')
  expect(wireField('scheduleToStartTimeout')).toBe('schedule_to_start_timeout')
})

it('passes on everything else', async () => {
  await expect(inWireNames(Promise.resolve(1))).resolves.toBe(1)
  const fault = new ValidationError([{ field: 'runAt', problem: 'is wrong', limit: 3 }])
  await expect(inWireNames(Promise.reject(fault))).rejects.toMatchObject({
    fields: [{ field: 'run_at', problem: 'is wrong', limit: 3 }],
  })
  const tooLarge = new SizeLimitError('payload', 2, 1)
  await expect(inWireNames(Promise.reject(tooLarge))).rejects.toBe(tooLarge)
})
