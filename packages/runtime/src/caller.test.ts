import type { CallKey } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createCaller } from './caller.ts'
import { createDeferred } from './deferred.ts'

describe('createCaller', () => {
  it('has an id a call key accepts, different for every caller', () => {
    const ids = [createCaller().id, createCaller().id]
    for (const id of ids) expect(id).toMatch(/^[0-9a-z]{20}$/)
    expect(ids[0]).not.toBe(ids[1])
  })

  it('takes its id from the random it is given', () => {
    expect(createCaller({ random: () => 0 }).id).toBe('0'.repeat(20))
  })

  it('numbers the calls of a lane upwards', async () => {
    const caller = createCaller()
    const keys: CallKey[] = []
    for (let i = 0; i < 3; i++) keys.push(await caller.call(async (key) => key))
    expect(keys.map(({ lane, number }) => [lane, number])).toEqual([
      [0, 1],
      [0, 2],
      [0, 3],
    ])
    expect(new Set(keys.map((key) => key.caller))).toEqual(new Set([caller.id]))
  })

  it('sends at once while a lane is free, one call at a time per lane', async () => {
    const caller = createCaller({ lanes: 2 })
    const sent: CallKey[] = []
    const answers = [0, 1, 2, 3].map(() => createDeferred<void>())
    const calls = answers.map((answer) =>
      caller.call((key) => {
        sent.push(key)
        return answer.promise
      }),
    )
    expect(sent.map((key) => key.lane)).toEqual([0, 1])
    answers[1]?.resolve()
    await calls[1]
    expect(sent.map((key) => [key.lane, key.number])).toEqual([
      [0, 1],
      [1, 1],
      [1, 2],
    ])
    for (const answer of answers) answer.resolve()
    await Promise.all(calls)
    expect(sent).toHaveLength(4)
  })

  it('frees the lane of a call that rejects or throws', async () => {
    const caller = createCaller({ lanes: 1 })
    await expect(caller.call(() => Promise.reject(new Error('away')))).rejects.toThrow('away')
    await expect(
      caller.call(() => {
        throw new Error('at once')
      }),
    ).rejects.toThrow('at once')
    expect(await caller.call(async (key) => key.number)).toBe(3)
  })
})
