import type { WorkflowDefinition } from '@dureq/types'
import { expect, test } from 'vitest'
import { compileWorkflow } from './graph.ts'

const diamond: WorkflowDefinition = {
  name: 'diamond',
  tasks: [
    { name: 'd', taskType: 't', dependsOn: ['c', 'b'] },
    { name: 'a', taskType: 't' },
    { name: 'b', taskType: 't', dependsOn: ['a'] },
    { name: 'c', taskType: 't', dependsOn: ['a'] },
    { name: 'lone', taskType: 't', dependsOn: [] },
  ],
}

test('knows tasks by their names, in the order of the definition', () => {
  const graph = compileWorkflow(diamond)
  expect(graph.definition).toBe(diamond)
  expect(graph.size).toBe(5)
  expect(graph.names).toEqual(['d', 'a', 'b', 'c', 'lone'])
  expect(graph.task('b')).toBe(diamond.tasks[2])
  expect(graph.index('b')).toBe(2)
})

test('knows who depends on whom', () => {
  const graph = compileWorkflow(diamond)
  expect(graph.dependants('a')).toEqual(['b', 'c'])
  expect(graph.dependants('d')).toEqual([])
  expect(graph.roots).toEqual(['a', 'lone'])
  expect(graph.leaves).toEqual(['d', 'lone'])
})

test('knows nothing of names the definition does not have', () => {
  const graph = compileWorkflow(diamond)
  for (const name of ['x', '', 'constructor', '__proto__']) {
    expect(graph.task(name)).toBeUndefined()
    expect(graph.index(name)).toBe(-1)
    expect(graph.dependants(name)).toEqual([])
  }
})

test('bears tasks with the names of members of every object', () => {
  const tasks = [
    { name: '__proto__', taskType: 't' },
    { name: 'constructor', taskType: 't', dependsOn: ['__proto__'] },
  ]
  const graph = compileWorkflow({ name: 'odd', tasks })
  expect(graph.dependants('__proto__')).toEqual(['constructor'])
  expect(graph.roots).toEqual(['__proto__'])
})

test('compiles 10,000 tasks in a chain and 10,000 behind one', () => {
  const names = Array.from({ length: 10_000 }, (_, i) => `t${i}`)
  const chain = names.map((name, i) => ({ name, taskType: 't', dependsOn: i === 0 ? [] : [`t${i - 1}`] }))
  expect(compileWorkflow({ name: 'chain', tasks: chain })).toMatchObject({ roots: ['t0'], leaves: ['t9999'] })
  const fan = names.map((name, i) => ({ name, taskType: 't', dependsOn: i === 0 ? [] : ['t0'] }))
  expect(compileWorkflow({ name: 'fan', tasks: fan }).dependants('t0')).toEqual(names.slice(1))
})
