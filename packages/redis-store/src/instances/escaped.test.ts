import { expect, it } from 'vitest'
import { escaped, unescaped } from './escaped.ts'

it('neither tabs nor line breaks are left, and the text comes back', () => {
  expect(escaped('signal:a\tb\n')).toBe('signal:a\\tb\\n')
  for (const text of ['', 'a\n"b"\t\\', 'ü']) expect(unescaped(escaped(text))).toBe(text)
})
