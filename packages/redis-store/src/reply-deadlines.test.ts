import { createVirtualClock } from '@dureq/store-testing'
import { expect, it } from 'vitest'
import { createReplyDeadlines } from './reply-deadlines.ts'

function createSubject() {
  const clock = createVirtualClock({ start: 0 })
  const deadlines = createReplyDeadlines(clock)
  const late: string[] = []
  const watch = (name: string, at: number): (() => void) => deadlines.watch(at, () => void late.push(name))
  return { clock, deadlines, late, watch }
}

it('tells of each reply that has not come in time, at its time', async () => {
  const { clock, late, watch } = createSubject()
  watch('a', 100)
  watch('b', 150)
  await clock.advanceBy(99)
  expect(late).toEqual([])
  await clock.advanceBy(1)
  expect(late).toEqual(['a'])
  await clock.advanceBy(50)
  expect(late).toEqual(['a', 'b'])
})

it('tells of none that has come', async () => {
  const { clock, late, watch } = createSubject()
  const came = watch('a', 100)
  came()
  watch('b', 300)
  await clock.advanceBy(299)
  expect(late).toEqual([])
  await clock.advanceBy(1)
  expect(late).toEqual(['b'])
})

it('tells of nothing once it was stopped', async () => {
  const { clock, deadlines, late, watch } = createSubject()
  watch('a', 100)
  deadlines.stop()
  await clock.advanceBy(1_000)
  expect(late).toEqual([])
})
