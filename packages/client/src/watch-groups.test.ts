import { setMaxListeners } from 'node:events'
import { systemClock, systemRandom } from '@dureq/runtime'
import { StoreUnavailableError, silentLogger, type WatchOutcome } from '@dureq/types'
import { expect, it } from 'vitest'
import type { ClientStore } from './core.ts'
import { createWatching, type Watching } from './watch-groups.ts'

/** One call of the store under way. */
interface Call {
  readonly ids: readonly string[]
  readonly signal: AbortSignal
  readonly answer: (...ids: readonly string[]) => void
  readonly fail: (error: unknown) => void
}

interface Rig {
  readonly watching: Watching
  /** Those not over. */
  readonly open: () => readonly Call[]
  readonly calls: readonly Call[]
}

function createRig(): Rig {
  const calls: Call[] = []
  const open = new Set<Call>()
  const events = {
    watch: (ids: readonly string[], { signal }: { signal: AbortSignal }) =>
      new Promise<readonly WatchOutcome[]>((resolve, reject) => {
        const over = (): boolean => open.delete(call)
        const call: Call = {
          ids,
          signal,
          answer: (...ended) => over() && resolve(ended.map((id) => ({ id, state: 'completed' }))),
          fail: (error) => over() && reject(error as Error),
        }
        signal.addEventListener('abort', () => over() && resolve([]))
        calls.push(call)
        open.add(call)
      }),
  }
  const store = { events } as unknown as ClientStore
  const watching = createWatching({ store, clock: systemClock, random: systemRandom, logger: silentLogger })
  return { watching, calls, open: () => [...open] }
}

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const never = new AbortController().signal
setMaxListeners(0, never)

it('makes one call for everything asked for in one tick', async () => {
  const { watching, calls } = createRig()
  const ids = Array.from({ length: 1_000 }, (_, i) => `${i}`)
  const all = ids.map((id) => watching.ended(id, never))
  const twice = watching.ended('7', never)
  await tick()
  expect(calls).toHaveLength(1)
  expect(calls[0]?.ids).toEqual(ids)
  calls[0]?.answer(...ids)
  await Promise.all([...all, twice])
})

it('asks on for those that have not ended', async () => {
  const { watching, calls } = createRig()
  const [a, b] = [watching.ended('a', never), watching.ended('b', never)]
  await tick()
  calls[0]?.answer('a')
  await a
  await tick()
  expect(calls[1]?.ids).toEqual(['b'])
  calls[1]?.answer('b')
  await b
})

it('has at most log2(n) + 1 calls under way for n jobs that come one by one', async () => {
  const { watching, open } = createRig()
  const waits: Promise<void>[] = []
  for (let n = 1; n <= 100; n++) {
    waits.push(watching.ended(`${n}`, never))
    await tick()
    expect(open().length).toBeLessThanOrEqual(Math.log2(n) + 1)
    expect(open().reduce((sum, { ids }) => sum + ids.length, 0)).toBe(n)
  }
  for (const call of open()) call.answer(...call.ids)
  await Promise.all(waits)
})

it('gives up the call when nobody waits any more', async () => {
  const { watching, calls } = createRig()
  const [one, two] = [new AbortController(), new AbortController()]
  const waits = [watching.ended('a', one.signal), watching.ended('a', two.signal)]
  await tick()
  one.abort(new Error('one'))
  await expect(waits[0]).rejects.toThrow('one')
  expect(calls[0]?.signal.aborted).toBe(false)
  two.abort(new Error('two'))
  await expect(waits[1]).rejects.toThrow('two')
  expect(calls[0]?.signal.aborted).toBe(true)
  await expect(watching.ended('a', AbortSignal.abort(new Error('before')))).rejects.toThrow('before')
})

it('waits through an outage, but not through other errors', async () => {
  const { watching, calls } = createRig()
  const wait = watching.ended('a', never)
  await tick()
  calls[0]?.fail(new StoreUnavailableError(false))
  while (calls.length < 2) await tick()
  calls[1]?.fail(new Error('a bug'))
  await expect(wait).rejects.toThrow('a bug')

  const again = watching.ended('a', never)
  await tick()
  calls[2]?.answer('a')
  await again
})
