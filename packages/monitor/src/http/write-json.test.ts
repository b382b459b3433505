import { expect, it } from 'vitest'
import { writeJson } from './write-json.ts'

it('writes as the Go implementation does', () => {
  const value = { 'a<b': '<script>&amp;\u2028\u2029"\\u003c é' }
  const text = writeJson(value)
  expect(text).toBe('{"a\\u003cb":"\\u003cscript\\u003e\\u0026amp;\\u2028\\u2029\\"\\\\u003c é"}\n')
  expect(JSON.parse(text)).toEqual(value)
})
