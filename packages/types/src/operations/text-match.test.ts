import { expect, it } from 'vitest'
import { holdsText } from './text-match.ts'

it('finds a part of any of the texts, in any case of letters', () => {
  expect(holdsText('MAIL', 'id', 'email.send')).toBe(true)
  expect(holdsText('mail.S', 'id', 'EMAIL.send')).toBe(true)
  expect(holdsText('', undefined, '')).toBe(true)
  expect(holdsText('x', undefined, 'abc')).toBe(false)
  expect(holdsText('', undefined)).toBe(false)
})
