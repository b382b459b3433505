import { checkJsonSchema, type WorkflowInstance } from '@dureq/types'
import { expect, it } from 'vitest'
import { withDefinitions, workflowSchema } from '../schemas/workflow.ts'
import { encodeWorkflow } from './workflow.ts'

const T = Date.UTC(2026, 2, 11, 10)

const least: WorkflowInstance = {
  id: '0123456789abcdefghij',
  workflowName: 'order',
  status: 'running',
  tasks: { charge: { name: 'charge', status: 'pending' } },
  definition: { name: 'order', tasks: [{ name: 'charge', taskType: 'order.charge' }] },
  attempt: 1,
  maxAttempts: 1,
  createdAt: T,
  updatedAt: T,
}

const most: WorkflowInstance = {
  ...least,
  status: 'continued',
  tasks: {
    camelCase: {
      name: 'camelCase',
      jobId: 'j1',
      status: 'completed',
      error: 'e',
      startedAt: T,
      finishedAt: T + 1_500,
      childWorkflowId: 'c1',
      conditionRoute: 0,
      iterations: 2,
      subflowTasks: ['x'],
      skipped: true,
      skipReason: 'branch not selected',
    },
  },
  input: { userName: 'Ann' },
  deadline: T,
  attempt: 2,
  maxAttempts: 3,
  pendingDeps: { camelCase: 0 },
  conditionIterations: { camelCase: 2 },
  parentWorkflowId: 'p1',
  parentTaskName: 'ship',
  hookStates: {
    onInit: { name: 'onInit', status: 'completed', jobId: 'j2' },
    onExit: { name: 'onExit', status: 'running', jobId: 'j3' },
  },
  output: { fileName: 'x' },
  error: 'boom',
  archivedTaskCount: 7,
  continuedFrom: 'w0',
  continuedTo: 'w2',
  completedAt: T,
  truncated: true,
}

const overTheWire = (workflow: WorkflowInstance): unknown =>
  JSON.parse(JSON.stringify(encodeWorkflow(workflow)))

it('leaves out what is empty', () => {
  expect(overTheWire(least)).toStrictEqual({
    id: '0123456789abcdefghij',
    workflow_name: 'order',
    status: 'running',
    tasks: { charge: { name: 'charge', status: 'pending' } },
    definition: { name: 'order', tasks: [{ name: 'charge', task_type: 'order.charge' }] },
    attempt: 1,
    max_attempts: 1,
    created_at: '2026-03-11T10:00:00Z',
    updated_at: '2026-03-11T10:00:00Z',
  })
})

it('has the names and encodings of the Go implementation, and leaves what users named alone', () => {
  expect(overTheWire(most)).toStrictEqual({
    id: '0123456789abcdefghij',
    workflow_name: 'order',
    status: 'continued',
    tasks: {
      camelCase: {
        name: 'camelCase',
        job_id: 'j1',
        status: 'completed',
        error: 'e',
        started_at: '2026-03-11T10:00:00Z',
        finished_at: '2026-03-11T10:00:01.5Z',
        child_workflow_id: 'c1',
        condition_route: 0,
        iterations: 2,
        subflow_tasks: ['x'],
        skipped: true,
        skip_reason: 'branch not selected',
      },
    },
    definition: { name: 'order', tasks: [{ name: 'charge', task_type: 'order.charge' }] },
    input: { userName: 'Ann' },
    deadline: '2026-03-11T10:00:00Z',
    attempt: 2,
    max_attempts: 3,
    pending_deps: { camelCase: 0 },
    condition_iterations: { camelCase: 2 },
    parent_workflow_id: 'p1',
    parent_task_name: 'ship',
    hook_states: {
      on_init: { name: 'on_init', status: 'completed', job_id: 'j2' },
      on_exit: { name: 'on_exit', status: 'running', job_id: 'j3' },
    },
    output: { fileName: 'x' },
    error: 'boom',
    archived_task_count: 7,
    continued_from: 'w0',
    continued_to: 'w2',
    created_at: '2026-03-11T10:00:00Z',
    updated_at: '2026-03-11T10:00:00Z',
    completed_at: '2026-03-11T10:00:00Z',
    truncated: true,
  })
})

it('fits its schema, which takes nothing else', () => {
  const schema = withDefinitions(workflowSchema)
  for (const workflow of [least, most]) checkJsonSchema(schema, overTheWire(workflow), 'workflow')
  expect(() =>
    checkJsonSchema(schema, { ...(overTheWire(least) as object), workflowName: 'x' }, 'workflow'),
  ).toThrow()
})
