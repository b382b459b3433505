import { expect, it } from 'vitest'
import { simulate } from '../src/index.ts'

it('the same seed gives the same history, letter by letter', async () => {
  const [first, second] = [await simulate({ seed: 11, minutes: 3 }), await simulate({ seed: 11, minutes: 3 })]
  expect(first.history.length).toBeGreaterThan(500)
  expect(second.history).toEqual(first.history)
  expect((await simulate({ seed: 12, minutes: 3 })).history).not.toEqual(first.history)
})

it.each([1, 2, 3, 4])('whatever goes wrong by seed %i, what must hold does', async (seed) => {
  const { failure, history, executions } = await simulate({ seed, minutes: 6, healthyMinutes: 4 })
  expect(failure, history.slice(-20).join('\n')).toBeUndefined()
  expect(executions).toBeGreaterThan(50)
})
