import { StoreUnavailableError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createTestTools } from '../test/fixtures/tools.ts'
import { pass } from '../test/fixtures/turns.ts'

const away = new StoreUnavailableError(false)

describe('createStoreLink', () => {
  it('is lost with the first call that finds no store, and back with the first answer', async () => {
    let back = 0
    const { link, clock, logger } = createTestTools({}, () => void back++)
    await pass(clock, 10)
    for (let i = 0; i < 3; i++) await expect(link.watch(Promise.reject(away))).rejects.toBe(away)
    expect([link.connected, link.since, link.lastError]).toEqual([false, 10, away])
    await pass(clock, 5)
    expect(await link.watch(Promise.resolve(1))).toBe(1)
    expect(await link.watch(Promise.resolve(2))).toBe(2)
    expect([link.connected, link.since, back]).toEqual([true, 15, 1])
    expect(logger.lines.map((line) => line.level)).toEqual(['warn', 'info'])
  })

  it('takes any other error for an answer, and remembers it', async () => {
    const { link } = createTestTools({})
    await expect(link.watch(Promise.reject(away))).rejects.toBe(away)
    const refused = new Error('refused')
    await expect(link.watch(Promise.reject(refused))).rejects.toBe(refused)
    expect([link.connected, link.lastError]).toEqual([true, refused])
  })

  it('ends a pause after its time, with the next answer after an outage, or with its signal', async () => {
    const { link, clock } = createTestTools({})
    const ended: string[] = []
    const controller = new AbortController()
    const pause = async (name: string, ms: number): Promise<void> => {
      await link.pause(ms, controller.signal)
      ended.push(name)
    }
    void pause('short', 10)
    void pause('long', 1_000)
    await pass(clock, 20)
    expect(ended).toEqual(['short'])
    await expect(link.watch(Promise.reject(away))).rejects.toBe(away)
    await link.watch(Promise.resolve())
    await pass(clock, 0)
    expect(ended).toEqual(['short', 'long'])
    void pause('aborted', 1_000)
    controller.abort()
    await pass(clock, 0)
    expect(ended).toEqual(['short', 'long', 'aborted'])
  })
})
