import { expect, it } from 'vitest'
import { stretchesOf } from './stretches.ts'

it('cuts a range where pausing began and ended', () => {
  const spans = [{ from: 1, to: 3 }, { from: 8, to: 12 }, { from: 15, to: 15 }, { from: 19 }]
  expect(stretchesOf({ from: 2, to: 20 }, spans)).toEqual([
    { from: 2, to: 3, paused: true },
    { from: 4, to: 7, paused: false },
    { from: 8, to: 12, paused: true },
    { from: 13, to: 14, paused: false },
    { from: 15, to: 15, paused: true },
    { from: 16, to: 18, paused: false },
    { from: 19, to: 20, paused: true },
  ])
})

it('leaves out spans that lie elsewhere', () => {
  const whole = [{ from: 5, to: 6, paused: false }]
  expect(stretchesOf({ from: 5, to: 6 }, [{ from: 1, to: 4 }, { from: 7 }])).toEqual(whole)
  expect(stretchesOf({ from: 5, to: 6 }, [])).toEqual(whole)
})
