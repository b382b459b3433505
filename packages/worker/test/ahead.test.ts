import { createDeferred } from '@dureq/runtime'
import type { ClaimRequest, Store } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { withSystem } from './fixtures/system.ts'

/** The store, and what is claimed from it. */
function watched(store: Store): { readonly store: Store; readonly claims: ClaimRequest[] } {
  const claims: ClaimRequest[] = []
  const runs: Store['runs'] = {
    ...store.runs,
    claim: (key, request) => {
      claims.push(request)
      return store.runs.claim(key, request)
    },
  }
  return { store: { ...store, runs }, claims }
}

describe('claiming ahead', () => {
  it('of fast work: each job runs once, and is told to have started before it is told to have ended', () =>
    withSystem(async ({ worker, enqueueMany, ended, events, store }) => {
      const ids = await enqueueMany(200)
      const ran: string[] = []
      const { store: seen, claims } = watched(store)
      const node = worker({ store: seen, concurrency: 4 }).handle(
        'plain',
        (_, ctx) => void ran.push(ctx.jobId),
      )
      await node.start()
      await ended(...ids)
      expect(claims.some(({ start }) => !start)).toBe(true)
      expect(ran.toSorted()).toEqual([...ids].toSorted())
      const told = (await events()).filter(({ type }) => type === 'job.started' || type === 'job.completed')
      for (const id of ids) {
        const types = told.filter(({ jobId }) => jobId === id).map(({ type }) => type)
        expect(types).toEqual(['job.started', 'job.completed'])
      }
    }))

  it('never more handlers run at once than there are slots', () =>
    withSystem(async ({ worker, enqueueMany, ended, store }) => {
      const ids = await enqueueMany(200)
      let running = 0
      let most = 0
      const { store: seen, claims } = watched(store)
      const node = worker({ store: seen, concurrency: 3 }).handle('plain', async () => {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setImmediate(resolve))
        running--
      })
      await node.start()
      await ended(...ids)
      expect([most, claims.some(({ start }) => !start)]).toEqual([3, true])
    }))

  it('never of slow work', () =>
    withSystem(async ({ worker, enqueueMany, ended, store }) => {
      const ids = await enqueueMany(100)
      const { store: seen, claims } = watched(store)
      const node = worker({ store: seen, concurrency: 20 }).handle(
        'plain',
        () => new Promise((resolve) => setTimeout(resolve, 5)),
      )
      await node.start()
      await ended(...ids)
      expect(claims.every(({ start }) => start)).toBe(true)
    }))

  it('of work that has become slow is given back: other nodes run it', () =>
    withSystem(async ({ worker, enqueueMany, ended, runs }) => {
      const quick = await enqueueMany(100)
      const slow = await enqueueMany(4, { payload: '"slow"' })
      const gate = createDeferred<void>()
      const handler = (payload: unknown): Promise<void> | undefined =>
        payload === 'slow' ? gate.promise : undefined
      const node = worker({ concurrency: 2 }).handle('plain', handler)
      await node.start()
      await ended(...quick)
      const other = worker({ concurrency: 4 }).handle('plain', () => {})
      await other.start()
      const waitingForOthers = slow.slice(2)
      await ended(...waitingForOthers)
      gate.resolve()
      await ended(...slow)
      for (const id of slow) expect((await runs(id)).map(({ status }) => status)).toEqual(['succeeded'])
    }))
})
