import type { WorkflowTask } from '@dureq/types'
import { describe, expect, test } from 'vitest'
import { job, Scene, workflow } from '../../test/machine/scene.ts'

const diamond = workflow([['a'], ['b', 'a'], ['c', 'a'], ['d', 'b', 'c']])

describe('a job that completes', () => {
  test('lets what waits for nothing else begin, and the last one ends the workflow with its output', () => {
    const scene = new Scene(diamond).end('a')
    expect(scene.jobs).toEqual(['b', 'c'])
    scene.end('c')
    expect(scene.jobs).toEqual(['b'])
    scene.end('b').end('d', { output: '{"done":1}' })
    expect(scene.status).toBe('completed')
    expect(scene.root.head.output).toBe('{"done":1}')
    expect(scene.events).toEqual(['workflow.completed'])
    expect(scene.state).toMatchObject({ phase: 'over', open: 0, ready: 0, active: 0 })
  })

  test('a second time, or for another job than the present one, changes nothing', () => {
    const scene = new Scene(diamond)
    const { id } = scene.job('a')
    scene.end('a')
    const before = JSON.stringify([...scene.root.parts])
    scene.send({ kind: 'jobEnded', jobId: id, task: 'a', status: 'completed' })
    scene.send({ kind: 'jobEnded', jobId: 'other', task: 'b', status: 'dead' })
    scene.send({ kind: 'jobEnded', jobId: 'other', task: 'nobody', status: 'dead' })
    expect(JSON.stringify([...scene.root.parts])).toBe(before)
  })

  test('of what the output is: the last task nothing depends on that has one', () => {
    const scene = new Scene(workflow([['a'], ['b'], ['c', 'a']]))
    scene.end('b', { output: '"b"' }).end('a', { output: '"a"' }).end('c')
    expect(scene.root.head.output).toBe('"b"')
  })

  test('that skipped counts as done, and gives no output', () => {
    const scene = new Scene(workflow([['a'], ['b', 'a']])).end('a', { skipped: 'no need' })
    expect(scene.task('a')).toMatchObject({ status: 'completed', skipped: 'no need' })
    scene.end('b', { skipped: '' })
    expect(scene.root.head).toMatchObject({ status: 'completed' })
    expect(scene.root.head.output).toBeUndefined()
  })

  test('hands its output to what asks for it, together with the payload of that', () => {
    const asking: WorkflowTask = {
      name: 'b',
      taskType: 't',
      dependsOn: ['a'],
      resultFrom: 'a',
      payload: { n: 1 },
    }
    const scene = new Scene(workflow([['a'], asking])).end('a', { output: '[12345678901234567890]' })
    expect(scene.job('b').payload).toBe('{"upstream":[12345678901234567890],"original":{"n":1}}')
  })

  test('without output fails what asks for it', () => {
    const asking: WorkflowTask = { name: 'b', taskType: 't', dependsOn: ['a'], resultFrom: 'a' }
    const scene = new Scene(workflow([['a'], asking])).end('a')
    expect(scene.root.head).toMatchObject({
      status: 'failed',
      error: 'task "b" failed: it needs the output of task "a", which has none',
    })
  })

  test('an unmet precondition skips a task, and the workflow goes on', () => {
    const preconditions = [{ type: 'upstream_output', task: 'a', path: '$.ok', expected: 'true' }] as const
    const checked: WorkflowTask = { name: 'b', taskType: 't', dependsOn: ['a'], preconditions }
    const scene = new Scene(workflow([['a'], checked, ['c', 'b']])).end('a', { output: '{"ok":false}' })
    expect(scene.task('b')).toMatchObject({
      status: 'completed',
      skipped: 'precondition not met: a.$.ok = "false", expected "true"',
    })
    expect(scene.jobs).toEqual(['c'])
    const last = new Scene(workflow([['a'], checked])).end('a', { output: '{"ok":false}' })
    expect(last.status).toBe('completed')
  })
})

describe('a job that is dead', () => {
  test('fails the workflow, whose other tasks are cancelled first', () => {
    const scene = new Scene(workflow([['a'], ['b'], ['c', 'b']])).end('a', {
      status: 'dead',
      error: 'panic: boom',
    })
    expect(scene.status).toBe('running')
    expect(scene.job('b').cancelReason).toBe('task "a" failed: panic: boom')
    scene.end('b')
    expect(scene.root.head).toMatchObject({ status: 'failed', error: 'task "a" failed: panic: boom' })
    expect(scene.task('b')).toMatchObject({ status: 'cancelled', error: 'task "a" failed: panic: boom' })
    expect(scene.task('c')).toBeUndefined()
    expect(scene.told.slice(2)).toEqual(['workflow.task.failed', 'workflow.task.panicked', 'workflow.failed'])
  })

  test("lets others finish with onTaskFailure 'finish', but for waits", () => {
    const wait: WorkflowTask = { name: 'w', type: 'wait', signal: 's', timeout: 1_000 }
    const scene = new Scene(workflow([['a'], ['b'], ['c', 'b'], wait], { onTaskFailure: 'finish' }))
    scene.end('a', { status: 'dead', error: 'boom' })
    expect(scene.task('w')).toMatchObject({ status: 'cancelled', error: 'task "a" failed: boom' })
    expect(scene.root.timers.size).toBe(0)
    expect(scene.job('b').cancelReason).toBeUndefined()
    scene.end('b')
    expect(scene.root.head).toMatchObject({ status: 'failed', error: 'task "a" failed: boom' })
    expect(scene.task('c')).toMatchObject({ status: 'pending', ready: true })
    expect(scene.jobs).toEqual([])
  })

  test('counts as done for a task that may fail', () => {
    const scene = new Scene(workflow([{ ...job('a'), allowFailure: true }, ['b', 'a']]))
    scene.end('a', { status: 'dead', error: 'boom' })
    expect(scene.task('a')).toMatchObject({ status: 'failed', error: 'boom' })
    scene.end('b')
    expect(scene.status).toBe('completed')
  })
})

test('a job somebody has cancelled has failed', () => {
  const scene = new Scene(workflow([['a']])).end('a', { status: 'cancelled', error: 'by hand' })
  expect(scene.task('a')).toMatchObject({ status: 'failed', error: 'by hand' })
  expect(scene.root.head).toMatchObject({ status: 'failed', error: 'task "a" failed: by hand' })
})

describe('a condition', () => {
  const choice = (more: Partial<WorkflowTask> = {}): WorkflowTask =>
    ({
      ...job('c', 'a'),
      type: 'condition',
      conditionRoutes: { 0: 'yes', 1: 'no', 2: 'a' },
      ...more,
    }) as WorkflowTask
  const branches = (more?: Partial<WorkflowTask>) =>
    workflow([
      ['a'],
      choice(more),
      ['yes', 'c'],
      ['no', 'c'],
      ['no2', 'no'],
      ['both', 'yes', 'no2'],
      ['any', 'c'],
    ])

  test('leads to one branch, the others are left out as a whole, and what joins them runs', () => {
    const scene = new Scene(branches()).end('a').end('c', { output: '{"route":0}' })
    expect(scene.jobs).toEqual(['yes', 'any'])
    for (const name of ['no', 'no2']) {
      expect(scene.task(name)).toMatchObject({
        status: 'completed',
        skipped: 'branch not selected',
        leftOut: true,
      })
    }
    scene.endAll('yes', 'any', 'both')
    expect(scene.status).toBe('completed')
    expect(scene.task('c')).toMatchObject({ route: 0, iterations: 1 })
  })

  test.each([
    ['{"route":7}', 'condition "c" chose route 7, which it does not have'],
    [undefined, 'condition "c" must return { route }, a whole number of 0 or more, not nothing'],
  ])('fails the workflow when it returns %s', (output, error) => {
    const scene = new Scene(branches()).end('a').end('c', output === undefined ? {} : { output })
    expect(scene.root.head).toMatchObject({ status: 'failed', error })
    expect(scene.task('c')).toMatchObject({ status: 'failed', error })
  })

  test.each([
    ['failed and may', { status: 'dead', error: 'boom' }],
    ['skipped itself', { skipped: 'no need' }],
  ] as const)('that %s chose no branch', (_, end) => {
    const scene = new Scene(branches({ allowFailure: true })).end('a').end('c', end)
    expect(scene.jobs).toEqual(['any'])
    expect(scene.task('both')?.leftOut).toBe(true)
  })

  test('goes back, and everything of the round runs again once the round is over', () => {
    const scene = new Scene(workflow([['a'], choice(), ['side', 'a'], ['yes', 'c'], ['no', 'c']]))
    scene.end('a').end('c', { output: '{"route":2}' })
    expect(scene.jobs).toEqual(['side'])
    expect(scene.state.loops).toEqual(['c'])
    scene.end('side')
    expect(scene.jobs).toEqual(['a'])
    expect(scene.state.loops).toBeUndefined()
    scene.end('a').end('c', { output: '{"route":1}' }).end('side')
    expect(scene.task('c')?.iterations).toBe(2)
    scene.end('no')
    expect(scene.status).toBe('completed')
  })

  test('waits with its round for a loop inside it', () => {
    const loop = (name: string, on: string, routes: object): WorkflowTask =>
      ({ ...job(name, on), type: 'condition', conditionRoutes: routes }) as WorkflowTask
    const outer = loop('outer', 't', { 0: 't', 1: 'z' })
    const inner = loop('inner', 'x', { 0: 'x', 1: 'y' })
    const scene = new Scene(workflow([['t'], outer, ['x', 't'], inner, ['y', 'inner'], ['z', 'outer']]))
    scene.end('t').end('outer', { output: '{"route":0}' }).end('x').end('inner', { output: '{"route":0}' })
    expect(scene.jobs).toEqual(['x'])
    scene.end('x').end('inner', { output: '{"route":1}' }).end('y')
    expect(scene.jobs).toEqual(['t'])
    scene.end('t').end('outer', { output: '{"route":1}' }).end('x').end('inner', { output: '{"route":1}' })
    expect(scene.endAll('y', 'z').status).toBe('completed')
  })

  test('may be evaluated so often and no more, and again as often after a retry by hand', () => {
    const self = {
      ...job('c'),
      type: 'condition',
      conditionRoutes: { 0: 'c' },
      maxIterations: 2,
    } as WorkflowTask
    const scene = new Scene(workflow([self]))
    const again = { output: '{"route":0}' }
    scene.end('c', again).end('c', again).end('c', again)
    const error = 'condition "c" exceeded max iterations (2)'
    expect(scene.root.head).toMatchObject({ status: 'failed', error })
    scene.retry().end('c', again).end('c', again)
    expect(scene.jobs).toEqual(['c'])
    scene.end('c', again)
    expect(scene.status).toBe('failed')
  })
})

describe('a subflow', () => {
  const subflow = { ...job('s', 'a'), type: 'subflow' } as WorkflowTask
  const definition = workflow([['a'], subflow, ['z', 's'], ['o']])
  const add = (...tasks: readonly WorkflowTask[]) => ({ output: JSON.stringify({ tasks }) })

  test('adds tasks, and what waits for it waits for them as well', () => {
    const scene = new Scene(definition).end('a').end('s', add(job('x'), job('y', 'x', 'o')))
    expect(scene.jobs).toEqual(['o', 'x'])
    expect(scene.task('s')).toMatchObject({ status: 'completed', generated: ['x', 'y'] })
    scene.endAll('x', 'o', 'y', 'z')
    expect(scene.status).toBe('completed')
    expect([...(scene.root.marks.get('added') ?? [])]).toEqual([
      ['t:x', 4],
      ['t:y', 5],
    ])
  })

  test('that adds nothing is done', () => {
    const scene = new Scene(definition).end('a').end('s', add())
    expect(scene.jobs).toEqual(['o', 'z'])
  })

  test.each([
    ['a name that is taken', add(job('z')), 'already has a task "z"'],
    ['a circle', add(job('x', 'y'), job('y', 'x')), 'must not be part of a circle'],
    ['a task that waits for it', add(job('x', 'z')), '"z" waits for the subflow itself'],
    ['something else', { output: '[]' }, 'subflow "s" must return { tasks }, a list, not []'],
  ])('fails when it returns %s', (_, end, error) => {
    const scene = new Scene(definition).end('a').end('s', end)
    expect(scene.task('s')?.status).toBe('failed')
    expect(scene.task('s')?.error).toContain(error)
    expect(scene.task('x')).toBeUndefined()
  })

  test('in a loop adds them anew in each round', () => {
    const back = { ...job('c', 's'), type: 'condition', conditionRoutes: { 0: 's', 1: 'z' } } as WorkflowTask
    const scene = new Scene(workflow([['o'], { ...subflow, dependsOn: [] }, back, ['z', 'c']]))
    scene
      .end('s', add(job('x', 'o'), job('y')))
      .endAll('o', 'x', 'y')
      .end('c', { output: '{"route":0}' })
    expect(scene.jobs).toEqual(['s'])
    expect(scene.task('x')).toBeUndefined()
    expect(scene.task('o')?.dependants).toEqual([])
    scene
      .end('s', add(job('y')))
      .end('y')
      .end('c', { output: '{"route":1}' })
      .end('z')
    expect(scene.status).toBe('completed')
    expect([...scene.root.parts.keys()].sort()).toEqual(['t:c', 't:o', 't:s', 't:y', 't:z'])
  })
})

describe('continue as new', () => {
  const hooks = { onSuccess: { taskType: 'success' }, onExit: { taskType: 'exit' } }

  test('ends the workflow, whose successor has its definition, the new input and its pending signals', () => {
    const scene = new Scene(workflow([['a'], ['b']], { hooks })).signal('hello')
    scene.end('a', { continueAsNew: '{"page":2}' })
    expect(scene.task('a')?.status).toBe('completed')
    expect(scene.job('b').cancelReason).toBe('continued as new')
    scene.end('b')
    const { continuedTo = '' } = scene.root.head
    expect(scene.root.head).toMatchObject({ status: 'continued', continuedTo })
    const next = scene.world.instances.get(continuedTo)
    expect(next?.head).toMatchObject({
      status: 'running',
      input: '{"page":2}',
      continuedFrom: scene.root.head.id,
    })
    expect(next?.definition).toEqual(scene.root.definition)
    expect(next?.signals).toHaveLength(1)
    expect(scene.jobs).toEqual(['__hook:on_exit', 'a', 'b'])
  })

  test('of a workflow that is failing is asked for again by a retry', () => {
    const scene = new Scene(workflow([['a'], ['b']], { onTaskFailure: 'finish' }))
    scene.end('b', { status: 'dead', error: 'boom' }).end('a', { continueAsNew: '1' })
    expect(scene.status).toBe('failed')
    expect(scene.retry().jobs).toEqual(['a', 'b'])
  })
})

describe('hooks', () => {
  const hooks = {
    onInit: { taskType: 'init' },
    onSuccess: { taskType: 'success' },
    onFailure: { taskType: 'failure' },
    onExit: { taskType: 'exit' },
  }

  test.each([
    ['completed', {}, ['__hook:on_success', '__hook:on_exit']],
    ['failed', { status: 'dead', error: 'boom' }, ['__hook:on_failure', '__hook:on_exit']],
  ] as const)('of a workflow that %s run at its end, and end after it', (status, end, jobs) => {
    const scene = new Scene(workflow([['a']], { hooks })).end('__hook:on_init').end('a', end)
    expect(scene.status).toBe(status)
    expect(scene.jobs).toEqual(jobs)
    for (const hook of jobs) scene.end(hook, { status: 'dead', error: 'too bad' })
    expect(scene.hook('onExit')).toMatchObject({ status: 'failed', error: 'too bad' })
    expect(scene.status).toBe(status)
    expect(scene.told.slice(-2)).toEqual(['workflow.hook.failed', 'workflow.hook.failed'])
  })
})
