import { SizeLimitError, ValidationError } from '@dureq/types'
import { expect, it } from 'vitest'
import { inWireNames, wireField, wireProblem } from './field-names.ts'

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

it('spells fields in what is wrong as the wire does, but for what was given', () => {
  expect(wireProblem('task "b": must be one of dependsOn, but "dependsOn" is not')).toBe(
    'task "b": must be one of depends_on, but "dependsOn" is not',
  )
  expect(wireProblem('must not be longer than maxDelay')).toBe('must not be longer than max_delay')
  expect(wireProblem('task "say \\"maxDelay\\"": needs JSON')).toBe('task "say \\"maxDelay\\"": needs JSON')
})

it('leaves alone what a schema of the user says', async () => {
  const fault = new ValidationError([{ field: 'payload.a', problem: 'needs userName' }])
  await expect(inWireNames(Promise.reject(fault))).rejects.toMatchObject({ fields: fault.fields })
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
