import { createDeferred } from '@dureq/runtime'
import { createHandlerSet, type NodeInfo, StoreUnavailableError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createTestTools } from '../test/fixtures/tools.ts'
import { pass } from '../test/fixtures/turns.ts'
import { createAnnouncer } from './announcer.ts'

const info: NodeInfo = { nodeId: 'node-1', taskTypes: [], startedAt: 0, lastHeartbeat: 0 }

function createSubject(
  answer: (n: number) => Promise<{ draining: boolean }> = async () => ({ draining: false }),
) {
  const calls: number[] = []
  const told: boolean[] = []
  const tools = createTestTools({
    nodes: {
      announce: () => {
        calls.push(tools.clock.now())
        return answer(calls.length)
      },
    },
  })
  const announcer = createAnnouncer({
    ...tools,
    handlers: createHandlerSet([]),
    ttlMs: 15_000,
    refresh: async () => {},
    describe: () => info,
    onDraining: (draining) => void told.push(draining),
    onAnnounced: () => {},
  })
  return { ...tools, announcer, calls, told }
}

describe('createAnnouncer', () => {
  it('announces every third of the time it is believed', async () => {
    const { announcer, clock, calls } = createSubject()
    await announcer.announce()
    announcer.start()
    await pass(clock, 11_000)
    expect(calls).toEqual([0, 5_000, 10_000])
    await announcer.stop()
  })

  it('counts an announcement in between', async () => {
    const { announcer, clock, calls } = createSubject()
    await announcer.announce()
    announcer.start()
    await pass(clock, 3_000)
    await announcer.announce()
    await pass(clock, 6_000)
    expect(calls).toEqual([0, 3_000, 8_000])
    await announcer.stop()
  })

  it('tells whether the node is to drain', async () => {
    const { announcer, told } = createSubject(async (n) => ({ draining: n === 1 }))
    await announcer.announce()
    await announcer.announce()
    expect(told).toEqual([true, false])
  })

  it('does not let an older answer overtake a wake', async () => {
    const answer = createDeferred<{ draining: boolean }>()
    const { announcer, told } = createSubject(() => answer.promise)
    const announced = announcer.announce()
    announcer.overtaken()
    answer.resolve({ draining: false })
    await announced
    expect(told).toEqual([])
  })

  it('tries again soon when the store is away', async () => {
    const { announcer, clock, calls } = createSubject(async (n) => {
      if (n === 2 || n === 3) throw new StoreUnavailableError(false)
      return { draining: false }
    })
    await announcer.announce()
    announcer.start()
    await pass(clock, 5_200)
    expect(calls).toEqual([0, 5_000, 5_050, 5_150])
    await announcer.stop()
  })

  it('says it again at once when something changed, and looks first', async () => {
    const { announcer, clock, calls } = createSubject()
    await announcer.announce()
    announcer.start()
    await pass(clock, 2_000)
    announcer.again()
    await pass(clock, 1)
    expect(calls).toEqual([0, 2_000])
    await announcer.stop()
  })
})
