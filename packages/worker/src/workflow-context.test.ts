import { type CallKey, type PendingSignal, ValidationError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createTestTools } from '../test/fixtures/tools.ts'
import { createWorkflowContext } from './workflow-context.ts'

const leased = { id: 'w1', name: 'order', task: 'approve' }

function createSubject(pending: readonly PendingSignal[] = []) {
  const asked: unknown[] = []
  const keys: CallKey[] = []
  const source = createTestTools({
    mailboxes: {
      signals: async (id, filter) => {
        asked.push([id, filter])
        return pending
      },
      acknowledge: async (key, id, ids) => {
        keys.push(key)
        asked.push([id, ids])
        return ids.map((each) => pending.some((signal) => signal.id === each))
      },
    },
  })
  return { ctx: createWorkflowContext(leased, source), asked, keys }
}

describe('createWorkflowContext', () => {
  it('has the input of the workflow as it was given, once', () => {
    const { input, ...rest } = createWorkflowContext({ ...leased, input: '{"a":[1]}' }, createTestTools({}))
    expect({ ...rest, input }).toMatchObject({ ...leased, input: { a: [1] } })
    expect(createSubject().ctx.input).toBeUndefined()
    const nothing = createWorkflowContext({ ...leased, input: 'null' }, createTestTools({}))
    expect(nothing.input).toBeNull()
  })

  it('reads signals with their payloads parsed, all or those of one name', async () => {
    const { ctx, asked } = createSubject([
      { id: 's1', name: 'approval', payload: '{"by":"me"}', sentAt: 5, dedupeKey: 'k' },
      { id: 's2', name: 'hint', sentAt: 6 },
    ])
    expect(await ctx.signals.read()).toEqual([
      { id: 's1', name: 'approval', payload: { by: 'me' }, sentAt: 5, dedupeKey: 'k', workflowId: 'w1' },
      { id: 's2', name: 'hint', sentAt: 6, workflowId: 'w1' },
    ])
    await ctx.signals.read('approval')
    expect(asked).toEqual([
      ['w1', { limit: 1_000 }],
      ['w1', { limit: 1_000, name: 'approval' }],
    ])
  })

  it('acknowledges signals and counts those that were pending', async () => {
    const { ctx, asked, keys } = createSubject([{ id: 's1', name: 'a', sentAt: 5 }])
    expect(await ctx.signals.acknowledge(['s1', 's9'])).toBe(1)
    expect(asked).toEqual([['w1', ['s1', 's9']]])
    expect(keys).toHaveLength(1)
  })

  it('asks the store for nothing when nothing is to be acknowledged', async () => {
    const { ctx, keys } = createSubject()
    expect(await ctx.signals.acknowledge([])).toBe(0)
    expect(keys).toEqual([])
  })

  it('refuses what names no signal', async () => {
    const { ctx, asked } = createSubject()
    await expect(ctx.signals.read('')).rejects.toBeInstanceOf(ValidationError)
    await expect(ctx.signals.acknowledge([7 as never])).rejects.toMatchObject({
      fields: [{ field: 'ids[0]', problem: 'must be the id of a signal' }],
    })
    expect(asked).toEqual([])
  })
})
