import { createVirtualClock } from '@dureq/store-testing'
import type { GroupAggregator, GroupAggregatorContext, InstanceHead } from '@dureq/types'
import { expect, it } from 'vitest'
import { type AggregationBounds, aggregate } from './aggregation.ts'

function createSubject() {
  const clock = createVirtualClock()
  const stopping = new AbortController()
  const bounds: AggregationBounds = { clock, timeoutMs: 1_000, stopping: stopping.signal }
  const run = (aggregator: GroupAggregator): ReturnType<typeof aggregate> =>
    aggregate(
      { head: { name: 'g' } as InstanceHead, taskType: 'sum', attempt: 2, payloads: [1, 2], aggregator },
      bounds,
    )
  return { clock, stopping, run }
}

it('gives what the aggregator makes of the messages', async () => {
  const { run } = createSubject()
  const seen: unknown[] = []
  const made = await run((group, payloads, { taskType, attempt, signal }) => {
    seen.push(group, payloads, taskType, attempt, signal.aborted)
    return payloads.length
  })
  expect(made).toBe(2)
  expect(seen).toEqual(['g', [1, 2], 'sum', 2, false])
})

it('rejects with what the aggregator throws, now or later', async () => {
  const { run } = createSubject()
  const boom = (): never => {
    throw new Error('boom')
  }
  await expect(run(boom)).rejects.toThrow('boom')
  await expect(run(async () => boom())).rejects.toThrow('boom')
})

it('does not wait longer than the timeout, and says so to the aggregator', async () => {
  const { clock, run } = createSubject()
  let context: GroupAggregatorContext | undefined
  const made = run((_, __, given) => {
    context = given
    return new Promise(() => {})
  })
  made.catch(() => {}) // awaited below
  await clock.advanceBy(999)
  expect(context?.signal.aborted).toBe(false)
  await clock.advanceBy(1)
  await expect(made).rejects.toThrow('the aggregator took longer than 1000 ms')
  expect(context?.signal.aborted).toBe(true)
})

it('does not wait when the node stops, nor begins then', async () => {
  const { stopping, run } = createSubject()
  const made = run(() => new Promise(() => {}))
  stopping.abort(new Error('stopping'))
  await expect(made).rejects.toThrow('stopping')
  await expect(run(() => new Promise(() => {}))).rejects.toThrow('stopping')
})
