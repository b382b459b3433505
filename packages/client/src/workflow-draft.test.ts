import { CyclicDependencyError, defaultSizeLimits, SizeLimitError, ValidationError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import type { ClientCore } from './core.ts'
import { draftWorkflow, type WorkflowRequest } from './workflow-draft.ts'

const limits = { ...defaultSizeLimits, payload: 30 }
const core = { store: { limits }, newId: () => 'new-id' } as unknown as ClientCore
const definition = { name: 'order', tasks: [{ name: 'a', taskType: 't' }] }

const draft = (request: Partial<WorkflowRequest>): ReturnType<typeof draftWorkflow> =>
  draftWorkflow({ definition, ...request }, core)

function thrownBy(request: Partial<WorkflowRequest>): unknown {
  try {
    return draft(request)
  } catch (error) {
    return error
  }
}

describe('draftWorkflow', () => {
  it('stores the resolved definition under its hash, with what it begins with', () => {
    const { instance } = draft({ input: { id: 7 }, options: { requestId: 'r' } })
    expect(instance).toEqual({
      id: 'new-id',
      kind: 'workflow',
      name: 'order',
      definition: { hash: expect.stringMatching(/^[0-9a-f]{64}$/), text: JSON.stringify(definition) },
      state: expect.stringContaining('"phase":"tasks"'),
      begins: [expect.objectContaining({ workflowId: 'new-id', workflowTask: 'a', payload: '{"id":7}' })],
      input: '{"id":7}',
      requestId: 'r',
    })
    expect(draft({}).instance).not.toHaveProperty('input')
    expect(draft({ input: null }).instance.input).toBe('null')
  })

  it('reports faults of definition, input and options together', () => {
    const faulty = { name: '', tasks: [] }
    const error = thrownBy({
      definition: faulty,
      input: () => {},
      options: { requestId: '', more: 1 } as never,
    })
    expect(error).toBeInstanceOf(ValidationError)
    expect((error as ValidationError).fields.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['name', 'tasks', 'input', 'requestId', 'more']),
    )
  })

  it('says exactly what it is when there is one thing wrong', () => {
    expect(thrownBy({ input: 'x'.repeat(40) })).toBeInstanceOf(SizeLimitError)
    const circle = {
      name: 'w',
      tasks: [
        { name: 'a', taskType: 't', dependsOn: ['b'] },
        { name: 'b', taskType: 't', dependsOn: ['a'] },
      ],
    }
    expect(thrownBy({ definition: circle })).toBeInstanceOf(CyclicDependencyError)
    const both = thrownBy({ definition: circle, input: 'x'.repeat(40) })
    expect(both).toBeInstanceOf(ValidationError)
    expect((both as ValidationError).fields.map(({ field }) => field)).toEqual(['tasks', 'input'])
  })

  it.each([undefined, null, 'order', 7, []])('refuses %j as a definition or as options', (value) => {
    expect(thrownBy({ definition: value })).toBeInstanceOf(ValidationError)
    if (value !== undefined) expect(thrownBy({ options: value as never })).toBeInstanceOf(ValidationError)
  })
})
