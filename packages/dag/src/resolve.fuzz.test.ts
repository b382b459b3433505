import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileWorkflow } from './graph.ts'
import { checkWorkflow, resolveWorkflow } from './resolve.ts'
import { checkAddedTasks } from './subflow.ts'

/** Values of all kinds, in all places. */
const anything = fc.anything({
  maxDepth: 1,
  maxKeys: 2,
  withDate: true,
  withMap: true,
  withBigInt: true,
  withNullPrototype: true,
})

const names = fc.constantFrom('a', 'b', 'c', 'd', '', '__proto__', '__hook:x')
const orAnything = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 9, arbitrary }, { weight: 1, arbitrary: anything })

const precondition = fc.record({
  type: orAnything(fc.constant('upstream_output')),
  task: orAnything(names),
  path: orAnything(fc.string()),
  expected: orAnything(fc.string()),
})

/** Tasks that look as if they were meant, and are right or wrong in every way. */
const tasks: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  tasks: orAnything(fc.array(orAnything(tie('task')), { maxLength: 4 })),
  task: fc.record(
    {
      name: orAnything(names),
      type: orAnything(fc.constantFrom('', 'condition', 'subflow', 'wait')),
      taskType: orAnything(fc.constantFrom('t', 'u.v', '')),
      payload: fc.oneof(fc.jsonValue({ maxDepth: 1 }), anything),
      dependsOn: orAnything(fc.array(orAnything(names), { maxLength: 3 })),
      resultFrom: orAnything(names),
      conditionRoutes: orAnything(fc.dictionary(fc.constantFrom('0', '1', '2', 'x'), orAnything(names))),
      maxIterations: orAnything(fc.integer({ min: -1, max: 5 })),
      childWorkflowDef: orAnything(fc.record({ name: names, tasks: tie('tasks') })),
      signal: orAnything(names),
      timeout: orAnything(fc.constantFrom(0, 1, '1s', 'soon')),
      preconditions: orAnything(fc.array(orAnything(precondition), { maxLength: 2 })),
      priority: orAnything(fc.integer()),
      allowFailure: orAnything(fc.boolean()),
      resultReuse: orAnything(fc.constantFrom('always', 'never')),
      other: anything,
    },
    { requiredKeys: ['name', 'taskType'] },
  ),
})).tasks

const definitions = fc.record({
  name: orAnything(fc.constantFrom('order', '')),
  tasks,
  executionTimeout: fc.option(orAnything(fc.constantFrom(1, '1h')), { nil: undefined }),
  hooks: fc.option(orAnything(fc.record({ onInit: orAnything(fc.record({ taskType: names })) })), {
    nil: undefined,
  }),
  retryPolicy: fc.option(orAnything(fc.record({ maxAttempts: orAnything(fc.integer()) })), {
    nil: undefined,
  }),
})

test('a check answers with faults that have a field and a problem, whatever it is given', () => {
  fc.assert(
    fc.property(fc.oneof(definitions, anything), (value) => {
      for (const { field, problem } of checkWorkflow(value)) {
        expect(field).not.toBe('')
        expect(problem).not.toBe('')
      }
    }),
    { numRuns: 200 },
  )
})

test('the tasks of a subflow are added or refused, whatever they are', () => {
  const to = { generator: 'a', exists: (name: string) => name === 'a', dependsOn: () => false, size: 1 }
  fc.assert(
    fc.property(fc.array(fc.oneof(tasks, anything), { maxLength: 2 }), (lists) => {
      const added = checkAddedTasks(lists.flat(), to)
      if ('error' in added) expect(added.error).toMatch(/^subflow "a" returned invalid ./)
      else for (const { dependsOn } of added.tasks) expect(dependsOn?.[0]).toBe('a')
    }),
    { numRuns: 300 },
  )
})

/** Right definitions: tasks depend on tasks before them, conditions choose among what depends on them and go back. */
const good = fc
  .array(fc.record({ upstream: fc.array(fc.nat()), kind: fc.nat(3), payload: fc.option(fc.jsonValue()) }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((drafts) => ({ name: 'good', tasks: drafts.map((draft, i) => goodTask(draft, i)) }))

function goodTask(
  { upstream, kind, payload }: { upstream: readonly number[]; kind: number; payload: unknown },
  index: number,
): object {
  const dependsOn = index === 0 ? [] : [...new Set(upstream.map((each) => `t${each % index}`))]
  const common = { name: `t${index}`, dependsOn }
  if (kind === 0) return { ...common, type: 'wait', timeout: `${index + 1}s` }
  if (kind === 1)
    return { ...common, type: 'condition', taskType: 'c', conditionRoutes: backFrom(index, dependsOn) }
  if (kind === 2) return { ...common, type: 'subflow', taskType: 's', payload }
  return { ...common, taskType: 'j', payload, resultFrom: dependsOn[0] }
}

function backFrom(index: number, dependsOn: readonly string[]): object {
  return Object.fromEntries([`t${index}`, ...dependsOn].map((target, route) => [route, target]))
}

test('what is accepted compiles, and its stored form resolves to the same text', () => {
  fc.assert(
    fc.property(good, (definition) => {
      expect(checkWorkflow(definition)).toEqual([])
      const resolved = resolveWorkflow(definition)
      expect(resolveWorkflow(JSON.parse(resolved.text))).toEqual(resolved)
      const graph = compileWorkflow(resolved.definition)
      expect(graph.names).toEqual(definition.tasks.map((_, i) => `t${i}`))
      expect(graph.roots.length).toBeGreaterThan(0)
      expect(graph.leaves.length).toBeGreaterThan(0)
    }),
    { numRuns: 200 },
  )
})
