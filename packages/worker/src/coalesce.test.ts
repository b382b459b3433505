import { expect, it } from 'vitest'
import { turn } from '../test/fixtures/turns.ts'
import { coalesce } from './coalesce.ts'

it('runs once however often it was asked for in a tick, and again in the next', async () => {
  let runs = 0
  const ask = coalesce(() => void runs++)
  ask()
  ask()
  expect(runs).toBe(0)
  await turn()
  expect(runs).toBe(1)
  ask()
  await turn()
  expect(runs).toBe(2)
})
