import { expect, test } from 'vitest'
import { Scene, workflow } from '../../test/machine/scene.ts'

test('roots begin in the order of priority, then of the definition', () => {
  const definition = workflow([['a'], { name: 'b', taskType: 't', priority: 3 }, ['c', 'a'], ['d']])
  const scene = new Scene(definition)
  expect(scene.jobs).toEqual(['b', 'a', 'd'])
  expect(scene.state).toEqual({
    phase: 'tasks',
    attempt: 1,
    maxAttempts: 1,
    depth: 0,
    open: 4,
    ready: 0,
    active: 3,
    added: 0,
    tasks: expect.stringMatching(/^r 0 0 id\d+ 1000000 ,r 0 0 id\d+ 1000000 ,,r 0 0 id\d+ 1000000 $/),
  })
  expect(scene.told).toEqual(Array(3).fill('workflow.task.dispatched'))
})

test('a root without payload of its own is given the input of the workflow, any other task null', () => {
  const payload = { own: true }
  const definition = workflow([['a'], { name: 'b', taskType: 't', payload }, ['c', 'a']], {
    defaultPriority: 8,
  })
  const scene = new Scene(definition, { input: '{"order":1}' }).end('a')
  const jobs = [...scene.world.jobs.values()]
  expect(jobs.map((job) => [job.workflowTask, job.payload, job.priority])).toEqual([
    ['a', '{"order":1}', 8],
    ['b', '{"own":true}', 8],
    ['c', 'null', 8],
  ])
})

test('onInit ends before the first task begins, however it ends', () => {
  for (const end of [{}, { status: 'dead', error: 'boom' }] as const) {
    const hooks = { onInit: { taskType: 'init', payload: 1, timeout: '5s' } }
    const scene = new Scene(workflow([['a']], { hooks }))
    expect(scene.open).toMatchObject([{ workflowTask: '__hook:on_init', payload: '1', timeoutMs: 5_000 }])
    expect(scene.state.phase).toBe('init')
    scene.end('__hook:on_init', end)
    expect(scene.jobs).toEqual(['a'])
    expect(scene.hook('onInit')?.status).toBe('error' in end ? 'failed' : 'completed')
  }
})

test('the deadline counts from the creation, and a second start changes nothing', () => {
  const scene = new Scene(workflow([['a']], { executionTimeout: '1m' }))
  expect(scene.root.timers.get('deadline')).toBe(scene.root.head.createdAt + 60_000)
  scene.send({ kind: 'started' })
  expect(scene.jobs).toEqual(['a'])
})

test('what is ready is begun in pieces, the most urgent first', () => {
  const tasks = Array.from({ length: 7 }, (_, i) => ({ name: `t${i}`, taskType: 't', priority: i }))
  const scene = new Scene(workflow(tasks), { most: 3 })
  expect(scene.jobs).toEqual(['t6', 't5', 't4', 't3', 't2', 't1', 't0'])
})
