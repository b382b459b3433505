import { RepeatError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { withSystem } from './fixtures/system.ts'

describe('steps', () => {
  it('that have finished are not run again by later attempts; those that failed are', () =>
    withSystem(async ({ worker, enqueue, ended, job, store }) => {
      const ran: string[] = []
      const keys = new Set<string>()
      const node = worker().handle('plain', async (_, ctx) => {
        const first = await ctx.step('first', (key) => {
          ran.push(`first ${ctx.attempt}`)
          keys.add(key)
          return { attempt: ctx.attempt }
        })
        return await ctx.step('second', () => {
          ran.push(`second ${ctx.attempt}`)
          if (ctx.attempt < 3) throw new Error('not yet')
          return [first]
        })
      })
      await node.start()
      const id = await enqueue()
      await ended(id)
      expect(ran).toEqual(['first 1', 'second 1', 'second 2', 'second 3'])
      expect([...keys]).toEqual([`${id}:first`])
      expect((await job(id)).result).toEqual({ status: 'completed', output: '[{"attempt":1}]' })
      expect(await store.runs.memos({ firingId: id, token: 'none' })).toEqual({ kind: 'lost' })
    }))

  it('of a handler that repeats go on from its checkpoint, without using attempts', () =>
    withSystem(async ({ worker, enqueue, ended, job, runs }) => {
      const rows: number[] = []
      const node = worker().handle('plain', async (_, ctx) => {
        const from = (await ctx.lastCheckpoint<{ next: number }>())?.next ?? 0
        for (let row = from; row < from + 10; row++) rows.push(row)
        await ctx.checkpoint({ next: from + 10 })
        if (from + 10 < 50) throw new RepeatError()
        return rows.length
      })
      await node.start()
      const id = await enqueue()
      await ended(id)
      expect(rows).toEqual(Array.from({ length: 50 }, (_, row) => row))
      expect(await job(id)).toMatchObject({ attempt: 1, result: { output: '50' } })
      expect(await runs(id)).toHaveLength(5)
    }))

  it('of jobs in one group are kept for each of them', () =>
    withSystem(async ({ worker, enqueueMany, ended }) => {
      const ran: string[] = []
      const seen = new Map<string, number>()
      const node = worker().handleMany('plain', { maxSize: 10, maxWaitMs: 5 }, (jobs) =>
        Promise.all(
          jobs.map(async (each) => {
            const value = await each.step('a', () => {
              ran.push(each.jobId)
              return each.attempt
            })
            seen.set(each.jobId, value)
            return each.attempt === 1 ? new Error('again') : value
          }),
        ),
      )
      await node.start()
      const ids = await enqueueMany(5)
      await ended(...ids)
      expect([...ran].sort()).toEqual([...ids].sort())
      expect([...seen.values()]).toEqual([1, 1, 1, 1, 1])
    }))
})

describe('a key that is held back', () => {
  it('lets nothing start for that time', () =>
    withSystem(async ({ worker, enqueueMany, ended, runs }) => {
      const concurrencyKeys = [{ key: 'api', maxConcurrency: 10 }]
      const node = worker().handle('plain', (_, ctx) => ctx.rateLimit('api', 300))
      const [first] = await enqueueMany(1, { concurrencyKeys })
      await node.start()
      await ended(first as string)
      const others = await enqueueMany(3, { concurrencyKeys })
      await ended(...others)
      const [begun] = await runs(first as string)
      for (const id of others) {
        const [run] = await runs(id)
        expect((run?.startedAt ?? 0) - (begun?.startedAt ?? 0)).toBeGreaterThanOrEqual(300)
      }
    }))
})
