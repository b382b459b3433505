import type { WorkflowTask } from '@dureq/types'
import { describe, expect, test } from 'vitest'
import { MemoryWorkflows } from '../../test/machine/memory-workflows.ts'
import { Scene, workflow } from '../../test/machine/scene.ts'

const dead = { status: 'dead', error: 'boom' } as const
const hooks = {
  onInit: { taskType: 'init' },
  onExit: { taskType: 'exit' },
  onFailure: { taskType: 'failure' },
}

describe('a cancel', () => {
  test('cancels what is under way, begins nothing more, and ends the workflow with the first reason', () => {
    const scene = new Scene(workflow([['a'], ['b'], ['c', 'a']], { hooks: { onExit: hooks.onExit } }))
    scene.cancel('first').cancel('second').end('a')
    expect(scene.status).toBe('running')
    scene.end('b')
    expect(scene.root.head).toMatchObject({ status: 'cancelled', error: 'first' })
    expect(scene.task('b')).toMatchObject({ status: 'cancelled', error: 'first' })
    expect(scene.jobs).toEqual(['__hook:on_exit'])
    expect(scene.events).toEqual(['workflow.cancelled', 'workflow.hook.dispatched'])
  })

  test('finds a job that has just completed, which counts', () => {
    const scene = new Scene(workflow([['a'], ['b', 'a']]))
    scene.world.endJob(scene.job('a'), {})
    scene.cancel()
    expect(scene.root.head).toMatchObject({ status: 'cancelled', error: 'cancelled' })
    expect(scene.task('a')?.status).toBe('completed')
    expect(scene.task('b')?.ready).toBe(true)
  })

  test('of many tasks goes on in pieces', () => {
    const tasks = Array.from({ length: 7 }, (_, i) => [`t${i}`] as const)
    const scene = new Scene(workflow(tasks), { most: 3 }).cancel('enough')
    expect(scene.open.map(({ cancelReason }) => cancelReason)).toEqual(Array(7).fill('enough'))
    expect(scene.state).toMatchObject({ active: 7, told: 7 })
  })

  test('ends a suspended workflow, and one that waits for its next attempt', () => {
    const scene = new Scene(workflow([['a']])).suspend().cancel()
    expect(scene.end('a').status).toBe('cancelled')
    const waiting = new Scene(workflow([['a']], { retryPolicy: { maxAttempts: 2 } })).end('a', dead).cancel()
    expect(waiting.status).toBe('cancelled')
    expect(waiting.root.timers.size).toBe(0)
  })

  test('goes before a failure that is not complete', () => {
    const scene = new Scene(workflow([['a'], ['b']], { onTaskFailure: 'finish' }))
      .end('a', dead)
      .cancel('enough')
    expect(scene.job('b').cancelReason).toBe('enough')
    expect(scene.end('b').root.head).toMatchObject({ status: 'cancelled', error: 'enough' })
  })

  test('before the first task ends the workflow at once, and a retry begins with the tasks', () => {
    const scene = new Scene(workflow([['a']], { hooks })).cancel('no')
    expect(scene.status).toBe('cancelled')
    expect(scene.job('__hook:on_init').cancelReason).toBe('no')
    expect(scene.end('__hook:on_init').hook('onInit')?.status).toBe('cancelled')
    expect(scene.retry().jobs).toEqual(['__hook:on_exit', 'a'])
  })

  test('of a workflow that has ended changes nothing', () => {
    const scene = new Scene(workflow([['a']])).end('a')
    for (const kind of ['cancel', 'suspend', 'resume', 'proceed', 'started', 'retry'] as const) {
      scene.root.mail.push({ kind, at: 0 })
    }
    scene.root.mail.push({ kind: 'timerDue', name: 'deadline', dueAt: 0, at: 0 })
    if (scene.pump().status !== 'completed') throw new Error('it has left its end')
  })
})

describe('a suspend', () => {
  test('begins nothing; what is under way goes on, and the end comes with the resume', () => {
    const scene = new Scene(workflow([['a'], ['b', 'a']])).suspend().end('a')
    expect(scene.jobs).toEqual([])
    expect(scene.state).toMatchObject({ ready: 1 })
    expect(scene.resume().jobs).toEqual(['b'])
    scene.suspend().end('b')
    expect(scene.status).toBe('suspended')
    expect(scene.resume().status).toBe('completed')
    expect(scene.events.filter((type) => type === 'workflow.completed')).toHaveLength(1)
  })

  test('holds back failing as well', () => {
    const scene = new Scene(workflow([['a']])).suspend().end('a', dead)
    expect(scene.status).toBe('suspended')
    expect(scene.resume().status).toBe('failed')
  })

  test('that comes with the start holds everything back', () => {
    const world = new MemoryWorkflows()
    const root = world.start(workflow([['a']], { hooks }))
    const alone = { to: root.head.id, allowed: ['running', 'suspended'] } as const
    world.send({ ...alone, message: { kind: 'suspend' }, becomes: 'suspended' })
    world.receive(root)
    expect(world.jobs.size).toBe(0)
    world.send({ ...alone, message: { kind: 'resume' }, becomes: 'running' })
    world.receive(root)
    expect([...world.jobs.values()].map(({ workflowTask }) => workflowTask)).toEqual(['__hook:on_init'])
  })

  test('before the first task holds that back', () => {
    const scene = new Scene(workflow([['a']], { hooks })).suspend().end('__hook:on_init')
    expect(scene.jobs).toEqual([])
    expect(scene.resume().jobs).toEqual(['a'])
  })
})

describe('a retry by hand', () => {
  test('goes on from what failed, with all the time and hooks of another life', () => {
    const scene = new Scene(workflow([['a'], ['b', 'a'], ['c', 'b']], { hooks, executionTimeout: 1_000 }))
    scene.end('__hook:on_init').end('a').end('b', dead).endAll('__hook:on_failure', '__hook:on_exit')
    scene.pass(5_000).retry()
    expect(scene.status).toBe('running')
    expect(scene.jobs).toEqual(['b'])
    expect(scene.state).toMatchObject({ phase: 'tasks', attempt: 2, deadline: scene.world.now + 1_000 })
    scene.end('b').end('c')
    expect(scene.status).toBe('completed')
    expect(scene.jobs).toEqual(['__hook:on_exit'])
  })

  test('of a cancelled workflow runs what was cancelled, with a policy as often as that allows', () => {
    const retryPolicy = { maxAttempts: 2, initialDelay: 0 }
    const scene = new Scene(workflow([['a']], { retryPolicy })).cancel().end('a').retry()
    scene.end('a', dead).pass(0)
    expect(scene.state).toMatchObject({ attempt: 3, maxAttempts: 3 })
    expect(scene.end('a', dead).status).toBe('failed')
  })

  test('does a subflow again that is to be, and takes away what it has added', () => {
    const subflow: WorkflowTask = { name: 's', type: 'subflow', taskType: 't', resultReuse: 'never' }
    const add = (name: string) => ({ output: JSON.stringify({ tasks: [{ name, taskType: 't' }] }) })
    const scene = new Scene(workflow([subflow, ['z', 's']]))
      .end('s', add('x'))
      .end('x')
      .end('z', dead)
      .retry()
    expect(scene.jobs).toEqual(['s'])
    expect(scene.task('x')).toBeUndefined()
    expect(scene.end('s', add('y')).jobs).toEqual(['y'])
    expect(scene.end('y').end('z').status).toBe('completed')
  })

  test('lets what waited for a task that is taken away wait for its subflow', () => {
    const subflow = (name: string, more: object): WorkflowTask => ({
      name,
      type: 'subflow',
      taskType: 't',
      ...more,
    })
    const add = (...tasks: WorkflowTask[]) => ({ output: JSON.stringify({ tasks }) })
    const tasks = [subflow('g', { resultReuse: 'never' }), subflow('h', {}), ['f']] as const
    const scene = new Scene(workflow(tasks)).end('g', add({ name: 'x', taskType: 't' }))
    scene
      .end('h', add({ name: 'b', taskType: 't', dependsOn: ['x'] }))
      .end('f', dead)
      .end('x')
    expect(scene.status).toBe('failed')
    expect(scene.retry().jobs).toEqual(['g', 'f'])
    expect(scene.task('b')?.task?.dependsOn).toEqual(['h', 'g'])
    expect(scene.end('f').end('g', add({ name: 'y', taskType: 't' })).jobs).toEqual(['y'])
    expect(scene.end('y').jobs).toEqual(['b'])
    expect(scene.end('b').status).toBe('completed')
  })
})
