import { MAX_DEPTH } from '@dureq/dag'
import type { WorkflowDefinition, WorkflowTask } from '@dureq/types'
import { describe, expect, test } from 'vitest'
import { Scene, workflow } from '../../test/machine/scene.ts'

const inner = workflow([['x'], ['y', 'x']], { name: 'inner' })
const child = (more: Partial<WorkflowTask> = {}): WorkflowTask =>
  ({ name: 'c', childWorkflowDef: inner, ...more }) as WorkflowTask

describe('a child', () => {
  test('is created with its parent, the payload of the task, and one step deeper', () => {
    const scene = new Scene(workflow([child({ payload: { n: 1 } })]))
    const { head } = scene.child('c')
    expect(head).toMatchObject({
      name: 'inner',
      input: '{"n":1}',
      parent: { id: scene.root.head.id, task: 'c' },
    })
    expect(JSON.parse(head.state)).toMatchObject({ depth: 1, phase: 'tasks' })
    expect(scene.job('x').payload).toBe('{"n":1}')
    expect(scene.state).toMatchObject({ active: 1, children: 1 })
  })

  test('brings its output to the task', () => {
    const asking: WorkflowTask = { name: 'z', taskType: 't', dependsOn: ['c'], resultFrom: 'c' }
    const scene = new Scene(workflow([child(), asking])).end('x').end('y', { output: '7' })
    expect(scene.task('c')).toMatchObject({ status: 'completed' })
    expect(scene.job('z').payload).toBe('{"upstream":7,"original":null}')
  })

  test('that fails fails the task, which may be allowed', () => {
    const dead = { status: 'dead', error: 'boom' } as const
    const scene = new Scene(workflow([child()]))
    const { id } = scene.child('c').head
    scene.end('x', dead)
    const error = `child workflow ${id} failed: task "x" failed: boom`
    expect(scene.root.head).toMatchObject({ status: 'failed', error: `task "c" failed: ${error}` })
    expect(scene.task('c')?.error).toBe(error)
    const allowed = new Scene(workflow([child({ allowFailure: true }), ['z', 'c']])).end('x', dead)
    expect(allowed.jobs).toEqual(['z'])
  })

  test('that somebody cancels fails the task', () => {
    const scene = new Scene(workflow([child()]))
    const { id } = scene.child('c').head
    scene.send({ kind: 'cancel', reason: 'by hand' }, { to: id }).end('x')
    expect(scene.task('c')).toMatchObject({
      status: 'failed',
      error: `child workflow ${id} cancelled: by hand`,
    })
  })

  test('is cancelled with its parent, to any depth, and the parent ends last', () => {
    const middle = { name: 'middle', tasks: [child()] } as WorkflowDefinition
    const scene = new Scene(workflow([child({ childWorkflowDef: middle } as Partial<WorkflowTask>)]))
    const [, second, third] = [...scene.world.instances.values()]
    scene.cancel('enough')
    expect(scene.job('x').cancelReason).toBe('enough')
    expect(scene.status).toBe('running')
    expect(scene.state).toMatchObject({ active: 1, told: 1 })
    scene.end('x')
    expect([third, second, scene.root].map((one) => one?.head.status)).toEqual(Array(3).fill('cancelled'))
    expect(scene.task('c')).toMatchObject({ status: 'cancelled', error: 'enough' })
  })

  test('is suspended and resumed with its parent', () => {
    const scene = new Scene(workflow([child()]))
    scene.suspend()
    expect(scene.child('c').head.status).toBe('suspended')
    expect(scene.state).toMatchObject({ active: 1, halted: 1 })
    scene.end('x')
    expect(scene.jobs).toEqual([])
    scene.resume()
    expect(scene.child('c').head.status).toBe('running')
    expect(scene.jobs).toEqual(['y'])
    scene.end('y')
    expect(scene.status).toBe('completed')
  })

  test('suspends and resumes many children in pieces', () => {
    const children = Array.from({ length: 5 }, (_, i) => child({ name: `c${i}` }))
    const scene = new Scene(workflow(children), { most: 2 }).suspend()
    const statuses = () => [...scene.world.instances.values()].map(({ head }) => head.status)
    expect(statuses()).toEqual(Array(6).fill('suspended'))
    scene.resume()
    expect(statuses()).toEqual(Array(6).fill('running'))
  })

  test('may stand only so deep', () => {
    let definition: WorkflowDefinition = inner
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      definition = { name: 'w', tasks: [child({ childWorkflowDef: definition } as Partial<WorkflowTask>)] }
    }
    const scene = new Scene(definition)
    expect(scene.world.instances.size).toBe(MAX_DEPTH + 1)
    expect(scene.jobs).toEqual(['x'])
    const deeper = new Scene({
      name: 'w',
      tasks: [child({ childWorkflowDef: definition } as Partial<WorkflowTask>)],
    })
    expect(deeper.root.head.error).toContain(`child workflows must not stand more than ${MAX_DEPTH} deep`)
  })
})

describe('a child that continues as new', () => {
  test('is followed by its task', () => {
    const scene = new Scene(workflow([child(), ['z', 'c']]))
    const first = scene.child('c').head.id
    scene.end('x', { continueAsNew: '2' })
    expect(scene.child('c').head).toMatchObject({ continuedFrom: first, input: '2', parent: { task: 'c' } })
    scene.endAll('x', 'y', 'z')
    expect(scene.status).toBe('completed')
  })

  test('of a parent that is ending is cancelled, too', () => {
    const scene = new Scene(workflow([child()]))
    const { world, root } = scene
    const first = scene.child('c')
    world.endJob(scene.job('x'), { continueAsNew: '2' })
    world.receive(first)
    scene.cancel('enough')
    const next = scene.child('c')
    expect(next.head.continuedFrom).toBe(first.head.id)
    for (const job of scene.open) world.endJob(job, {})
    scene.pump()
    expect([next.head.status, root.head.status]).toEqual(['cancelled', 'cancelled'])
  })

  test('of a parent that is suspended is suspended, too', () => {
    const scene = new Scene(workflow([child()]))
    const first = scene.child('c')
    scene.world.endJob(scene.job('x'), { continueAsNew: '2' })
    scene.world.receive(first)
    scene.suspend()
    expect(scene.child('c').head).toMatchObject({ status: 'suspended', continuedFrom: first.head.id })
  })

  test('is not heard of again when it is not the present one', () => {
    const scene = new Scene(workflow([child()]))
    const message = { childId: 'other', task: 'c' } as const
    scene.send({ kind: 'childContinued', ...message, continuedTo: 'id9' })
    scene.send({ kind: 'childEnded', ...message, status: 'failed' })
    expect(scene.task('c')?.status).toBe('running')
  })
})

describe('a child that is retried by hand', () => {
  const dead = { status: 'dead', error: 'boom' } as const
  const retry = { allowed: ['failed'], becomes: 'running' } as const

  test('is cancelled when its parent is retried, which begins another', () => {
    const scene = new Scene(workflow([child()])).end('x', dead)
    const first = scene.child('c')
    scene.send({ kind: 'retry' }, { to: first.head.id, ...retry })
    expect(scene.jobs).toEqual(['x'])
    const job = scene.job('x')
    scene.retry()
    const second = scene.child('c')
    expect(second).not.toBe(first)
    expect(job.cancelReason).toBe('superseded by a retry of its parent')
    scene.world.endJob(job, { status: 'cancelled' })
    scene.pump()
    expect(first.head).toMatchObject({ status: 'cancelled', error: 'superseded by a retry of its parent' })
    expect([second.head.status, scene.status]).toEqual(['running', 'running'])
    expect(scene.end('x').end('y').status).toBe('completed')
  })

  test('is cancelled when another carries out its task by then', () => {
    const scene = new Scene(workflow([child()])).end('x', dead)
    const first = scene.child('c')
    scene.retry().send({ kind: 'retry' }, { to: first.head.id, ...retry })
    expect(scene.world.jobs.size).toBe(3)
    expect([...scene.world.jobs.values()].map((job) => job.cancelReason)).toEqual([
      undefined,
      undefined,
      'superseded by a retry of its parent',
    ])
    expect(scene.child('c').head.status).toBe('running')
  })

  test('goes on when no other does', () => {
    const scene = new Scene(workflow([child({ allowFailure: true }), ['z']])).end('x', dead)
    const { head } = scene.child('c')
    scene.send({ kind: 'retry' }, { to: head.id, ...retry })
    expect(scene.job('x').cancelReason).toBeUndefined()
  })
})
