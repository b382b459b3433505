import { createDeferred, type Deferred } from '@dureq/runtime'
import { StoreUnavailableError, type WaitRequest, type WakeReason } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createTestTools } from '../test/fixtures/tools.ts'
import { pass, settled, turn } from '../test/fixtures/turns.ts'
import { createWakeListener } from './wake-listener.ts'

/** A listener to a store whose waits the test answers. */
function createSubject() {
  const waits: { request: WaitRequest; answer: Deferred<readonly WakeReason[]> }[] = []
  const tools = createTestTools({
    runs: {
      wait: (request, { signal }) => {
        const answer = createDeferred<readonly WakeReason[]>()
        signal?.addEventListener('abort', () => answer.resolve([]))
        waits.push({ request, answer })
        return answer.promise
      },
    },
  })
  const reasons: WakeReason[] = []
  const state = { wantsWork: true, quiet: 0 }
  const listener = createWakeListener({
    ...tools,
    handlerSet: 'set',
    wantsWork: () => state.wantsWork,
    onReason: (reason) => void reasons.push(reason),
    onQuiet: () => void state.quiet++,
  })
  listener.start()
  return { ...tools, listener, waits, reasons, state }
}

describe('createWakeListener', () => {
  it('passes every reason on and waits again', async () => {
    const { listener, waits, reasons } = createSubject()
    waits[0]?.answer.resolve([{ kind: 'due' }, { kind: 'settings' }])
    await settled(() => waits.length === 2)
    expect(reasons).toEqual([{ kind: 'due' }, { kind: 'settings' }])
    expect(waits.map((wait) => wait.request)).toEqual([
      { nodeId: 'node-1', handlerSet: 'set' },
      { nodeId: 'node-1', handlerSet: 'set' },
    ])
    await listener.stop()
  })

  it('once woken for work, waits for it again when none is left', async () => {
    const { listener, waits, state } = createSubject()
    waits[0]?.answer.resolve([{ kind: 'work' }])
    state.wantsWork = false
    await turn()
    expect(waits).toHaveLength(1)
    state.wantsWork = true
    listener.retune()
    await settled(() => waits.length === 2)
    expect(waits[1]?.request).toEqual({ nodeId: 'node-1', handlerSet: 'set' })
    listener.retune()
    await turn()
    expect(waits).toHaveLength(2)
    await listener.stop()
  })

  it('listens for everything else soon after it was woken for work, while it has no room for more', async () => {
    const { listener, waits, state, clock } = createSubject()
    waits[0]?.answer.resolve([{ kind: 'work' }])
    state.wantsWork = false
    await pass(clock, 100)
    expect(waits[1]?.request).toEqual({ nodeId: 'node-1' })
    await listener.stop()
  })

  it('says so when nothing came for a while', async () => {
    const { listener, waits, state, clock } = createSubject()
    waits[0]?.answer.resolve([])
    await pass(clock, 100)
    expect([state.quiet, waits.length]).toEqual([1, 2])
    await listener.stop()
    expect(state.quiet).toBe(1)
  })

  it('waits anew, for no work, when none is wanted any more', async () => {
    const { listener, waits, state } = createSubject()
    state.wantsWork = false
    listener.retune()
    await settled(() => waits.length === 2)
    expect(waits[1]?.request).toEqual({ nodeId: 'node-1' })
    expect(state.quiet).toBe(0)
    state.wantsWork = true
    listener.retune()
    await settled(() => waits.length === 3)
    expect(waits[2]?.request).toEqual({ nodeId: 'node-1', handlerSet: 'set' })
    await listener.stop()
  })

  it('waits again after an outage', async () => {
    const { listener, waits, clock, link } = createSubject()
    waits[0]?.answer.reject(new StoreUnavailableError(false))
    await turn()
    expect([waits.length, link.connected]).toEqual([1, false])
    await pass(clock, 100)
    expect(waits).toHaveLength(2)
    await listener.stop()
  })

  it('ends the wait when it stops', async () => {
    const { listener, waits } = createSubject()
    await listener.stop()
    await turn()
    expect(waits).toHaveLength(1)
  })
})
