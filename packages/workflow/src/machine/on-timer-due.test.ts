import type { WorkflowTask } from '@dureq/types'
import { describe, expect, test } from 'vitest'
import { job, Scene, workflow } from '../../test/machine/scene.ts'

const TIMED_OUT = 'dureq: execution timed out'

describe('the deadline', () => {
  const definition = workflow([['a'], ['b', 'a']], { executionTimeout: 1_000, onTaskFailure: 'finish' })

  test('fails the workflow at once for all to see, and cancels what is under way', () => {
    const scene = new Scene(definition).pass(1_000)
    expect(scene.events).toEqual(['workflow.timed_out'])
    expect(scene.job('a').cancelReason).toBe(TIMED_OUT)
    scene.end('a')
    expect(scene.events).toEqual(['workflow.timed_out', 'workflow.failed'])
    expect(scene.root.head).toMatchObject({ status: 'failed', error: TIMED_OUT })
  })

  test('is followed by the next attempt, which has all the time again', () => {
    const retryPolicy = { maxAttempts: 2, initialDelay: 5_000, jitter: 0 }
    const scene = new Scene({ ...definition, retryPolicy }).pass(1_000).end('a')
    expect(scene.state).toMatchObject({ phase: 'backoff', attempt: 1 })
    expect([...scene.root.timers.keys()]).toEqual(['retry'])
    scene.pass(5_000)
    expect(scene.jobs).toEqual(['a'])
    expect(scene.state).toMatchObject({ phase: 'tasks', attempt: 2, deadline: scene.world.now + 1_000 })
    scene.end('a').end('b')
    expect(scene.status).toBe('completed')
  })

  test('also ends what a failure lets finish', () => {
    const scene = new Scene(workflow([['a'], ['b']], { executionTimeout: 1_000, onTaskFailure: 'finish' }))
    scene.end('a', { status: 'dead', error: 'boom' }).pass(1_000).end('b')
    expect(scene.root.head).toMatchObject({ status: 'failed', error: TIMED_OUT })
  })

  test('stands still while the workflow is suspended', () => {
    const scene = new Scene(definition).pass(400).suspend()
    expect(scene.state.deadlineLeft).toBe(600)
    expect(scene.root.timers.size).toBe(0)
    scene.pass(100_000).resume()
    expect(scene.root.timers.get('deadline')).toBe(scene.world.now + 600)
    scene.pass(599)
    expect(scene.events).not.toContain('workflow.timed_out')
    expect(scene.pass(1).events).toContain('workflow.timed_out')
  })

  test('also counts before the first task', () => {
    const hooks = { onInit: { taskType: 'init' }, onFailure: { taskType: 'failure' } }
    const scene = new Scene({ ...definition, hooks }).pass(1_000)
    expect(scene.root.head).toMatchObject({ status: 'failed', error: TIMED_OUT })
    expect(scene.job('__hook:on_init').cancelReason).toBe(TIMED_OUT)
    expect(scene.jobs).toEqual(['__hook:on_init', '__hook:on_failure'])
  })

  test('does not count any more while a cancelled job ends', () => {
    const scene = new Scene(definition).cancel('enough').pass(1_000).end('a')
    expect(scene.events).toEqual(['workflow.cancelled'])
  })

  test('that was moved since changes nothing', () => {
    const scene = new Scene(definition)
    scene.send({ kind: 'timerDue', name: 'deadline', dueAt: scene.world.now })
    expect(scene.events).toEqual([])
  })
})

describe('a wait', () => {
  const wait = (more: object): WorkflowTask => ({ name: 'w', type: 'wait', ...more }) as WorkflowTask

  test('for a time is done when it is over', () => {
    const scene = new Scene(workflow([wait({ timeout: '3d' }), ['a', 'w']]))
    expect(scene.pass(3 * 86_400_000 - 1).jobs).toEqual([])
    expect(scene.pass(1).jobs).toEqual(['a'])
  })

  test('for a signal that does not come in time fails, unless it may', () => {
    const scene = new Scene(workflow([wait({ signal: 's' }), ['a', 'w']], { signalTimeout: 1_000 })).pass(
      1_000,
    )
    expect(scene.root.head.error).toBe('task "w" failed: signal "s" did not arrive in time')
    const allowed = new Scene(
      workflow([wait({ signal: 's', timeout: 10, allowFailure: true }), ['a', 'w']]),
    ).pass(10)
    expect(allowed.jobs).toEqual(['a'])
  })

  test.each([
    [{ 0: 'a', 1: 'b' }, ['b']],
    [{ 0: 'a' }, ['b']],
    [{ 1: 'a' }, ['a', 'b']],
  ])('with routes %o takes route 1 then', (conditionRoutes, jobs) => {
    const scene = new Scene(
      workflow([wait({ signal: 's', timeout: 10, conditionRoutes }), ['a', 'w'], ['b', 'w']]),
    )
    expect(scene.pass(10).jobs).toEqual(jobs)
    expect(scene.task('w')?.route).toBe(1)
  })

  test('can go back to wait again', () => {
    const again = wait({ signal: 's', timeout: 10, conditionRoutes: { 0: 'a', 1: 'w' } })
    const scene = new Scene(workflow([again, ['a', 'w']])).pass(10).pass(10)
    expect(scene.task('w')).toMatchObject({ status: 'running' })
    expect(scene.signal('s').jobs).toEqual(['a'])
  })
})

describe('a retry', () => {
  const retryPolicy = {
    maxAttempts: 3,
    initialDelay: 1_000,
    multiplier: 2,
    jitter: 0,
    nonRetryableErrors: ['never'],
  }
  const dead = { status: 'dead', error: 'boom' } as const

  test('begins after the backoff and goes on from what failed or was cancelled', () => {
    const scene = new Scene(workflow([['a'], ['b'], ['c'], ['d', 'a', 'b', 'c']], { retryPolicy }))
    scene.end('a').end('b', dead).end('c')
    expect(scene.task('c')?.status).toBe('cancelled')
    expect(scene.status).toBe('running')
    expect(scene.events).toEqual(['workflow.retrying'])
    expect(scene.pass(999).jobs).toEqual([])
    expect(scene.pass(1).jobs).toEqual(['b', 'c'])
    expect(scene.state).toMatchObject({ attempt: 2, maxAttempts: 3 })
    scene.end('b', dead).end('c')
    expect(scene.root.timers.get('retry')).toBe(scene.world.now + 2_000)
    scene.pass(2_000).end('b', dead).end('c')
    expect(scene.status).toBe('failed')
    expect(scene.events).toEqual(['workflow.retrying', 'workflow.retrying', 'workflow.failed'])
  })

  test('keeps what is done, or does it again, as the definition says', () => {
    const never: WorkflowTask = { ...job('n'), resultReuse: 'never' }
    const unskipped: WorkflowTask = { ...job('s'), resultReuse: 'on_success' }
    const succeeded: WorkflowTask = { ...job('o'), resultReuse: 'on_success' }
    const tasks = [
      ['a'],
      never,
      unskipped,
      succeeded,
      ['after', 'n'],
      ['wait', 'n', 'b'],
      ['b', 'a'],
    ] as const
    const scene = new Scene(workflow(tasks, { retryPolicy }))
    scene.endAll('a', 'n', 'o', 'after').end('s', { skipped: '' }).end('b', dead).pass(1_000)
    expect(scene.jobs).toEqual(['n', 's', 'b'])
    scene.end('s').end('b')
    expect(scene.jobs).toEqual(['n'])
    scene.endAll('n', 'wait')
    expect(scene.status).toBe('completed')
  })

  test('asks a condition again that is to be done again, and its other branch can run', () => {
    const routes = { conditionRoutes: { 0: 'x', 1: 'y' }, resultReuse: 'never' } as const
    const condition: WorkflowTask = { ...job('c'), type: 'condition', ...routes } as WorkflowTask
    const scene = new Scene(workflow([condition, ['x', 'c'], ['y', 'c'], ['z', 'x', 'y']], { retryPolicy }))
    scene.end('c', { output: '{"route":0}' }).end('x').end('z', dead).pass(1_000)
    expect(scene.jobs).toEqual(['c'])
    scene.end('c', { output: '{"route":1}' })
    expect(scene.jobs).toEqual(['y'])
    scene.endAll('y', 'z')
    expect(scene.status).toBe('completed')
  })

  test('is not made after an error that forbids it', () => {
    const scene = new Scene(workflow([['a']], { retryPolicy })).end('a', {
      status: 'dead',
      error: 'never again',
    })
    expect(scene.status).toBe('failed')
  })

  test('waits for the resume of a suspended workflow', () => {
    const scene = new Scene(workflow([['a']], { retryPolicy })).end('a', dead).suspend().pass(1_000)
    expect(scene.jobs).toEqual([])
    expect(scene.resume().jobs).toEqual(['a'])
    const early = new Scene(workflow([['a']], { retryPolicy })).end('a', dead).suspend().pass(500).resume()
    expect(early.jobs).toEqual([])
    expect(early.pass(500).jobs).toEqual(['a'])
  })
})
