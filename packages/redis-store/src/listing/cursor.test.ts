import { ValidationError } from '@dureq/types'
import { expect, it } from 'vitest'
import { formatCursor, parseCursor } from './cursor.ts'

const form = /^\d+ [a-z]+$/

it('a cursor is read back by its own listing', () => {
  expect(parseCursor(formatCursor('ended', '12 abc'), 'ended', form)).toBe('12 abc')
})

it.each([
  ['of another listing', formatCursor('running', '12 abc')],
  ['with a mark of another form', formatCursor('ended', 'abc 12')],
  ['that is no cursor at all', 'not a cursor'],
])('one %s is refused', (_, cursor) => {
  expect(() => parseCursor(cursor, 'ended', form)).toThrow(ValidationError)
})
