import { expect, it } from 'vitest'
import { Board } from './board.ts'

const lease = (name: string) => ({ firingId: name, token: `token of ${name}`, leaseMs: 1_000 })

it('shows what was added, through the same memory', () => {
  const board = Board.create(1_000)
  const seen = new Board(board.memory)
  expect(seen.read()).toEqual([])
  board.add([lease('a'), lease('b')])
  board.add([lease('c')])
  board.turnedAt = 1_700_000_000_123.5
  expect(seen.read()).toEqual([lease('a'), lease('b'), lease('c')])
  expect(seen.turnedAt).toBe(1_700_000_000_123.5)
})

it('begins anew when it was cleared', () => {
  const board = Board.create(1_000)
  board.add([lease('a')])
  expect(board.fullness).toBeGreaterThan(0)
  board.clear()
  expect(board.fullness).toBe(0)
  board.add([lease('b')])
  expect(board.read()).toEqual([lease('b')])
})

it('adds all or nothing', () => {
  const board = Board.create(40)
  expect(board.add([lease('a')])).toBe(true)
  expect(board.add([lease('b'), lease('c')])).toBe(false)
  expect(board.read()).toEqual([lease('a')])
})
