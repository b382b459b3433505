import type { TaskPart } from '@dureq/dag'
import type { JobStatus, WorkflowStatus } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createView } from '../test/fixtures/workflow-views.ts'
import { hookStateOf, taskStateOf } from './task-state.ts'
import type { TaskView } from './workflow-view.ts'

const task = { name: 'a', taskType: 't' } as const

function stateOf(
  part: Partial<TaskPart> | undefined,
  { status = 'running', job }: { readonly status?: WorkflowStatus; readonly job?: JobStatus } = {},
): unknown {
  const view = createView({
    head: { status },
    view: { jobs: new Map(job === undefined ? [] : [['j1', job]]) },
  })
  const read: TaskView =
    part === undefined ? { task } : { task, part: { status: 'running', open: 0, live: 0, ...part } }
  return taskStateOf(read, view)
}

describe('taskStateOf', () => {
  it.each<[WorkflowStatus, JobStatus]>([
    ['running', 'pending'],
    ['suspended', 'pending'],
    ['failed', 'cancelled'],
    ['cancelled', 'cancelled'],
    ['continued', 'cancelled'],
  ])('of a task that nothing has happened to, in a workflow that is %s, says %s', (status, told) => {
    expect(stateOf(undefined, { status })).toStrictEqual({ name: 'a', status: told })
    expect(stateOf({ status: 'pending', open: 1 }, { status })).toStrictEqual({ name: 'a', status: told })
  })

  it.each<[JobStatus, JobStatus]>([
    ['pending', 'pending'],
    ['retrying', 'retrying'],
    ['paused', 'paused'],
    ['running', 'running'],
    ['completed', 'running'],
    ['dead', 'running'],
  ])('of one whose job is %s says %s: its end is told once the engine has seen it', (job, told) => {
    expect(stateOf({ jobId: 'j1' }, { job })).toStrictEqual({ name: 'a', status: told, jobId: 'j1' })
  })

  it('says all that is known', () => {
    const all: Partial<TaskPart> = {
      status: 'completed',
      childId: 'c1',
      error: 'e',
      startedAt: 1,
      finishedAt: 2,
      route: 0,
      iterations: 3,
      generated: ['b'],
    }
    expect(stateOf(all)).toStrictEqual({
      name: 'a',
      status: 'completed',
      childWorkflowId: 'c1',
      error: 'e',
      startedAt: 1,
      finishedAt: 2,
      conditionRoute: 0,
      iterations: 3,
      subflowTasks: ['b'],
    })
  })

  it('tells what was skipped, and why if that is known', () => {
    const skipped = { name: 'a', status: 'completed', skipped: true }
    expect(stateOf({ status: 'completed', skipped: 'no stock' })).toStrictEqual({
      ...skipped,
      skipReason: 'no stock',
    })
    expect(stateOf({ status: 'completed', skipped: '' })).toStrictEqual(skipped)
  })
})

describe('hookStateOf', () => {
  it('says where its job stands', () => {
    const part = { status: 'running', jobId: 'j1', startedAt: 5 } as const
    expect(
      hookStateOf('onExit', part, createView({ view: { jobs: new Map([['j1', 'retrying']]) } })),
    ).toStrictEqual({
      name: 'onExit',
      status: 'retrying',
      jobId: 'j1',
      startedAt: 5,
    })
  })
})
