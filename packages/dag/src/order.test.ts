import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { circlesOf, createAncestry, type Dependencies, orderOf } from './order.ts'

/** Dependencies among a few tasks: any, or only on tasks of smaller numbers. */
const anyDependencies = (acyclic: boolean): fc.Arbitrary<Dependencies> =>
  fc
    .integer({ min: 1, max: 12 })
    .chain((size) =>
      fc.tuple(...Array.from({ length: size }, (_, task) => upstreamOf(task, acyclic ? task : size))),
    )

function upstreamOf(task: number, size: number): fc.Arbitrary<readonly number[]> {
  if (size === 0) return fc.constant([])
  const others = fc.uniqueArray(fc.integer({ min: 0, max: size - 1 }), { maxLength: 4 })
  return others.map((all) => all.filter((other) => other !== task))
}

/** Everything a task waits for, found the slow way. */
function waitsFor(dependencies: Dependencies, task: number): ReadonlySet<number> {
  const found = new Set<number>()
  const next = [...(dependencies[task] ?? [])]
  for (let at = next.pop(); at !== undefined; at = next.pop()) {
    if (!found.has(at)) next.push(...(dependencies[at] ?? []))
    found.add(at)
  }
  return found
}

describe('orderOf', () => {
  test('has each task after those it depends on', () => {
    fc.assert(
      fc.property(anyDependencies(true), (dependencies) => {
        const order = orderOf(dependencies)
        expect([...order].sort((a, b) => a - b)).toEqual(dependencies.map((_, task) => task))
        dependencies.forEach((upstream, task) => {
          for (const each of upstream) expect(order.indexOf(each)).toBeLessThan(order.indexOf(task))
        })
      }),
    )
  })

  test('leaves out exactly what waits for a circle', () => {
    fc.assert(
      fc.property(anyDependencies(false), (dependencies) => {
        const isCircular = (task: number): boolean => waitsFor(dependencies, task).has(task)
        const stuck = dependencies
          .map((_, task) => task)
          .filter((task) => isCircular(task) || [...waitsFor(dependencies, task)].some(isCircular))
        const order = orderOf(dependencies)
        expect(dependencies.map((_, task) => task).filter((task) => !order.includes(task))).toEqual(stuck)
      }),
    )
  })
})

describe('circlesOf', () => {
  test('finds circles that share no task, and one at least when there is any', () => {
    fc.assert(
      fc.property(anyDependencies(false), (dependencies) => {
        const order = orderOf(dependencies)
        const circles = circlesOf(dependencies, order)
        expect(circles.length > 0).toBe(order.length < dependencies.length)
        expect(new Set(circles.flat()).size).toBe(circles.flat().length)
        for (const circle of circles) {
          circle.forEach((task, i) => {
            expect(dependencies[task]).toContain(circle[(i + 1) % circle.length])
          })
        }
      }),
    )
  })

  test('finds both of two', () => {
    expect(circlesOf([[1], [0], [3], [2], [0, 2]], [])).toEqual([
      [0, 1],
      [2, 3],
    ])
  })
})

test('createAncestry answers as a walk does', () => {
  fc.assert(
    fc.property(anyDependencies(true), (dependencies) => {
      const tasks = dependencies.map((_, task) => task)
      const isAbove = createAncestry(dependencies, orderOf(dependencies), tasks)
      for (const task of tasks)
        for (const other of tasks) expect(isAbove(task, other)).toBe(waitsFor(dependencies, task).has(other))
    }),
  )
})

test('createAncestry keeps more ancestors than a word has bits', () => {
  const chain: Dependencies = Array.from({ length: 100 }, (_, task) => (task === 0 ? [] : [task - 1]))
  const isAbove = createAncestry(
    chain,
    orderOf(chain),
    Array.from({ length: 70 }, (_, i) => i),
  )
  expect(isAbove(99, 69)).toBe(true)
  expect(isAbove(69, 69)).toBe(false)
  expect(isAbove(31, 32)).toBe(false)
  expect(isAbove(99, 80)).toBe(false)
})
