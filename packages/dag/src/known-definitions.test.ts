import { describe, expect, it } from 'vitest'
import { defineWorkflow } from './define-workflow.ts'
import { type ResolvedWorkflow, resolveWorkflow } from './resolve.ts'

/** As an application has it: an object it may change. */
function order() {
  const payload: Record<string, unknown> = { amount: 1, lines: ['a', 'b'] }
  return { name: 'order', tasks: [{ name: 'charge', taskType: 't', payload, dependsOn: [] as string[] }] }
}

function resolveTwice(definition: unknown): ResolvedWorkflow {
  resolveWorkflow(definition)
  return resolveWorkflow(definition)
}

describe('a definition that is resolved again and again', () => {
  it('comes to the same as at first', () => {
    const definition = order()
    const first = resolveWorkflow(definition)
    resolveWorkflow(definition)
    expect(resolveWorkflow(definition)).toEqual(first)
    expect(resolveWorkflow(structuredClone(definition))).toEqual(first)
  })

  it('is what it has become, wherever it was changed', () => {
    const changes: readonly ((definition: ReturnType<typeof order>) => void)[] = [
      ({ tasks }) => void (tasks[0]!.payload.amount = 2),
      ({ tasks }) => void (tasks[0]!.payload.more = null),
      ({ tasks }) => void delete tasks[0]!.payload.amount,
      ({ tasks }) => void (tasks[0]!.payload.lines as string[]).reverse(),
      ({ tasks }) => void tasks.push({ ...tasks[0]!, name: 'ship', dependsOn: ['charge'] }),
      (definition) => void (definition.name = 'other'),
    ]
    for (const change of changes) {
      const definition = order()
      const { hash } = resolveTwice(definition)
      change(definition)
      const resolved = resolveWorkflow(definition)
      expect(resolved).toEqual(resolveWorkflow(structuredClone(definition)))
      expect(resolved.hash).not.toBe(hash)
    }
  })

  it('is refused once it has become wrong', () => {
    const definition = order()
    resolveTwice(definition)
    definition.tasks[0]!.payload.amount = Number.NaN
    expect(() => resolveWorkflow(definition)).toThrow('tasks[0].payload')
  })

  it('is not changed by what becomes of an earlier outcome', () => {
    const definition = order()
    const { hash } = resolveTwice(definition)
    const given = resolveWorkflow(definition).definition.tasks as unknown as { name: string }[]
    given[0]!.name = 'spoiled'
    const again = resolveWorkflow(definition)
    expect([again.hash, again.definition.tasks[0]?.name]).toEqual([hash, 'charge'])
  })

  it('is looked at anew where it is more than plain', () => {
    let amount = 1
    const definition = {
      ...order(),
      tasks: [{ name: 'a', taskType: 't', payload: { toJSON: () => amount } }],
    }
    const { text } = resolveTwice(definition)
    amount = 2
    expect(resolveWorkflow(definition).text).toBe(text.replace('"payload":1', '"payload":2'))
  })

  it('may come from a builder', () => {
    const builder = defineWorkflow('order').task('charge', 't', { payload: { amount: 1 } })
    expect(resolveTwice(builder)).toEqual(resolveWorkflow({ ...builder }))
  })

  it('is checked against the limits that hold', () => {
    const definition = order()
    resolveTwice(definition)
    expect(() => resolveWorkflow(definition, { limits: { payload: 4, result: 4 } as never })).toThrow()
  })
})
