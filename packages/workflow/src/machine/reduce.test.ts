import type { WorkflowTask } from '@dureq/types'
import { describe, expect, test } from 'vitest'
import { job, Scene, workflow } from '../../test/machine/scene.ts'

describe('a reduction', () => {
  test('can be repeated: it changes nothing and comes to the same', () => {
    const scene = new Scene(workflow([['a'], ['b', 'a'], ['c', 'a']]))
    scene.world.endJob(scene.job('a'), {})
    const reduce = () => scene.world.reduce(scene.root, scene.root.mail).done
    const [first, second] = [reduce(), reduce()]
    const withoutIds = (value: unknown): string => JSON.stringify(value).replaceAll(/id\d{18}/g, 'id')
    expect(withoutIds(second.commit)).toBe(withoutIds(first.commit))
  })

  test('of a chain loads once a step, and writes what has changed', () => {
    const tasks = Array.from({ length: 50 }, (_, i) => job(`t${i}`, ...(i === 0 ? [] : [`t${i - 1}`])))
    const seen: { rounds: number; parts: number }[] = []
    const scene = new Scene(workflow(tasks), {
      onStep: ({ rounds, done }) => seen.push({ rounds, parts: done.parts.size }),
    })
    for (const { name } of tasks) scene.end(name)
    expect(scene.status).toBe('completed')
    expect(Math.max(...seen.map(({ rounds }) => rounds))).toBe(1)
    expect(Math.max(...seen.map(({ parts }) => parts))).toBe(2)
  })

  test('leaves out a branch of thousands of tasks without loading them one after the other', () => {
    const branch = Array.from({ length: 3_000 }, (_, i) => job(`n${i}`, i === 0 ? 'c' : `n${i - 1}`))
    const condition = { ...job('c'), type: 'condition', conditionRoutes: { 0: 'n0', 1: 'y' } } as WorkflowTask
    let most = 0
    const scene = new Scene(workflow([condition, job('y', 'c'), ...branch]), {
      onStep: ({ rounds }) => {
        most = Math.max(most, rounds)
      },
    })
    scene.end('c', { output: '{"route":1}' }).end('y')
    expect(scene.status).toBe('completed')
    expect(most).toBeLessThanOrEqual(3)
  })

  test('of thousands of tasks begins them, and takes note of their ends, in pieces', () => {
    const roots = Array.from({ length: 2_999 }, (_, i) => job(`t${i}`))
    const last = job('last', ...roots.map(({ name }) => name))
    const pieces: number[] = []
    const scene = new Scene(workflow([...roots, last]), {
      onStep: ({ done }) => pieces.push(done.commit.enqueue.length),
    })
    expect(pieces).toEqual([...Array(5).fill(500), 499])
    for (const open of scene.open) scene.world.endJob(open, {})
    scene.pump()
    expect(scene.jobs).toEqual(['last'])
    expect(pieces.length).toBe(6 + 15)
  })
})
