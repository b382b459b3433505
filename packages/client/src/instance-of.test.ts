import type { WorkflowDefinition, WorkflowTask } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createView, T } from '../test/fixtures/workflow-views.ts'
import { freshInstance, instanceOf } from './instance-of.ts'

const task = (name: string): WorkflowTask => ({ name, taskType: 't' })

describe('instanceOf', () => {
  it('of a new workflow has its tasks pending, with the dependencies they wait for', () => {
    const { head, state, definition } = createView({ head: { input: '{"id":7}' } })
    const fresh = freshInstance({ head, state, definition }, 1_000)
    expect(fresh).toEqual({
      id: head.id,
      workflowName: 'order',
      status: 'running',
      tasks: {
        validate: { name: 'validate', status: 'pending' },
        charge: { name: 'charge', status: 'pending' },
      },
      definition,
      input: { id: 7 },
      attempt: 1,
      maxAttempts: 1,
      pendingDeps: { validate: 0, charge: 1 },
      createdAt: T,
      updatedAt: T,
    })
  })

  it('tells everything about one that has come a long way', () => {
    const view = createView({
      head: {
        status: 'failed',
        parent: { id: 'p1', task: 'ship' },
        continuedFrom: 'w0',
        error: 'task "charge" failed: boom',
        output: 'null',
        completedAt: T + 9,
      },
      parts: { validate: { status: 'completed', iterations: 2 } },
      view: {
        hooks: new Map([['onExit', { status: 'completed', jobId: 'j9', startedAt: 1, finishedAt: 2 }]]),
      },
    })
    expect(
      instanceOf({ ...view, state: { ...view.state, attempt: 2, maxAttempts: 3, deadline: 99 } }),
    ).toMatchObject({
      status: 'failed',
      parentWorkflowId: 'p1',
      parentTaskName: 'ship',
      continuedFrom: 'w0',
      error: 'task "charge" failed: boom',
      output: null,
      completedAt: T + 9,
      attempt: 2,
      maxAttempts: 3,
      deadline: 99,
      conditionIterations: { validate: 2 },
      hookStates: { onExit: { name: 'onExit', status: 'completed', jobId: 'j9' } },
    })
  })

  it('shows tasks of subflows as tasks of the definition', () => {
    const { tasks, ...view } = createView()
    const added = { task: { name: 'extra', taskType: 't', dependsOn: ['charge'] } }
    const instance = instanceOf({ ...view, tasks: [...tasks, added], total: 3 })
    expect(instance.definition.tasks.map(({ name }) => name)).toEqual(['validate', 'charge', 'extra'])
    expect(instance.tasks.extra).toEqual({ name: 'extra', status: 'pending' })
    expect(instance.truncated).toBeUndefined()
  })

  it('says so when tasks are left out, also those of a child', () => {
    const { head, state } = createView()
    const childWorkflowDef: WorkflowDefinition = { name: 'child', tasks: [task('a'), task('b'), task('c')] }
    const parent: WorkflowDefinition = { name: 'p', tasks: [{ name: 'run', childWorkflowDef }] }
    const whole = freshInstance({ head, state, definition: parent }, 3)
    expect(whole.truncated).toBeUndefined()
    expect(whole.definition).toEqual(parent)
    const cut = freshInstance({ head, state, definition: parent }, 2)
    expect(cut.truncated).toBe(true)
    expect(cut.definition.tasks[0]?.childWorkflowDef?.tasks).toEqual([task('a'), task('b')])
    const many: WorkflowDefinition = { name: 'm', tasks: [task('a'), task('b'), task('c')] }
    const some = freshInstance({ head, state, definition: many }, 2)
    expect(some.truncated).toBe(true)
    expect(Object.keys(some.tasks)).toEqual(['a', 'b'])
    expect(some.definition.tasks).toHaveLength(2)
  })

  it('bears any name of a task', () => {
    const names = ['__proto__', 'constructor', 'toString']
    const { head, state } = createView()
    const { tasks } = freshInstance({ head, state, definition: { name: 'w', tasks: names.map(task) } }, 10)
    expect(Object.keys(tasks)).toEqual(names)
  })
})
