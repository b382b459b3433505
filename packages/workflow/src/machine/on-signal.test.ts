import type { WorkflowTask } from '@dureq/types'
import { describe, expect, test } from 'vitest'
import { Scene, workflow } from '../../test/machine/scene.ts'

const wait = (name: string, more: object = {}): WorkflowTask =>
  ({ name, type: 'wait', signal: 's', ...more }) as WorkflowTask
const running = (scene: Scene, names: readonly string[]): readonly string[] =>
  names.filter((name) => scene.task(name)?.status === 'running')

describe('a signal', () => {
  test('ends the wait for it, with its payload as the output, and the time is not taken any more', () => {
    const asking: WorkflowTask = { name: 'a', taskType: 't', dependsOn: ['w'], resultFrom: 'w' }
    const scene = new Scene(workflow([wait('w', { timeout: 1_000 }), asking])).signal('s', '{"ok":true}')
    expect(scene.job('a').payload).toBe('{"upstream":{"ok":true},"original":null}')
    expect(scene.root.timers.size).toBe(0)
    expect(scene.root.signals).toEqual([])
  })

  test('nobody waits for stays pending, until somebody does', () => {
    const scene = new Scene(workflow([['a'], wait('w', { dependsOn: ['a'] })]))
      .signal('other')
      .signal('s', '1')
    scene.signal('s', '2')
    expect(scene.root.signals).toHaveLength(3)
    scene.end('a')
    expect(scene.root.head).toMatchObject({ status: 'completed', output: '1' })
    expect(scene.root.signals.map(({ payload }) => payload)).toEqual([undefined, '2'])
  })

  test('serves one wait: the one that has waited longest, then the first in the definition', () => {
    const scene = new Scene(workflow([['a'], wait('w1', { dependsOn: ['a'] }), wait('w2'), wait('w3')]))
    scene.pass(10).end('a')
    const waits = ['w1', 'w2', 'w3']
    expect(running(scene, waits)).toEqual(waits)
    expect(running(scene.signal('s'), waits)).toEqual(['w1', 'w3'])
    expect(running(scene.signal('s'), waits)).toEqual(['w1'])
    scene.signal('s')
    expect(scene.status).toBe('completed')
  })

  test('takes route 0 of a wait with routes', () => {
    const routes = wait('w', { timeout: 10, conditionRoutes: { 0: 'a', 1: 'b' } })
    const scene = new Scene(workflow([routes, ['a', 'w'], ['b', 'w']])).signal('s', '"x"')
    expect(scene.jobs).toEqual(['a'])
    expect(scene.task('w')).toMatchObject({ route: 0, output: '"x"' })
  })

  test('is taken note of while the workflow is suspended', () => {
    const scene = new Scene(workflow([wait('w'), ['a', 'w']])).suspend().signal('s')
    expect(scene.task('w')?.status).toBe('completed')
    expect(scene.jobs).toEqual([])
    expect(scene.resume().jobs).toEqual(['a'])
  })

  test('after the end changes nothing', () => {
    const scene = new Scene(workflow([wait('w')])).cancel()
    scene.root.mail.push({ kind: 'signal', id: 'x', name: 's', at: 0 })
    expect(scene.pump().status).toBe('cancelled')
  })
})

test('more signals than are looked at together reach their waits', () => {
  const waits = Array.from({ length: 250 }, (_, i) => wait(`w${i}`))
  const scene = new Scene(workflow(waits))
  for (let i = 0; i < 250; i++) {
    const message = { kind: 'signal', id: `s${i}`, name: 's' } as const
    scene.world.send({ to: scene.root.head.id, message, allowed: ['running'] })
  }
  scene.pump()
  expect(scene.status).toBe('completed')
  expect(scene.root.signals).toEqual([])
})

test('more pending signals than are looked at together are there for waits that begin', () => {
  const waits = Array.from({ length: 250 }, (_, i) => wait(`w${i}`, { dependsOn: ['a'] }))
  const scene = new Scene(workflow([['a'], ...waits]))
  for (let i = 0; i < 250; i++) scene.signal('s', String(i))
  scene.end('a')
  expect(scene.status).toBe('completed')
  expect(scene.task('w249')?.output).toBe('249')
})
