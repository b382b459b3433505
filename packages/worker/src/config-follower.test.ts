import { defaultSettings, StoreUnavailableError, type VersionedSettings } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createTestTools } from '../test/fixtures/tools.ts'
import { createConfigFollower } from './config-follower.ts'

function createSubject() {
  const told: unknown[] = []
  const answers: (() => Promise<VersionedSettings>)[] = []
  const tools = createTestTools({
    settings: { get: () => (answers.shift() ?? (() => expect.unreachable()))() },
  })
  const follower = createConfigFollower(tools, (config) => void told.push(config.nodes.maxConcurrency))
  const answer = (version: number, maxConcurrency: number): void => {
    answers.push(async () => ({ version, settings: { ...defaultSettings, nodes: { maxConcurrency } } }))
  }
  return { follower, told, answers, answer }
}

describe('createConfigFollower', () => {
  it('tells nothing of versions that change nothing for a worker', async () => {
    const { follower, told, answers, answer } = createSubject()
    const settings = { ...defaultSettings, unservedMs: 5 }
    answers.push(async () => ({ version: 1, settings }))
    answer(2, 7)
    answers.push(async () => ({ version: 3, settings: { ...settings, nodes: { maxConcurrency: 7 } } }))
    for (let i = 0; i < 3; i++) await follower.follow()
    expect(told).toEqual([7])
  })

  it('tells each version once, and no older one', async () => {
    const { follower, told, answer } = createSubject()
    for (const version of [0, 3, 3, 2, 4]) answer(version, version)
    for (let i = 0; i < 5; i++) await follower.follow()
    expect(told).toEqual([3, 4])
  })

  it('rejects while the store is away', async () => {
    const { follower, told, answers } = createSubject()
    answers.push(() => Promise.reject(new StoreUnavailableError(false)))
    await expect(follower.follow()).rejects.toThrow(StoreUnavailableError)
    expect(told).toEqual([])
  })
})
