import { MAX_STACK_CHARS } from '@dureq/types'
import { expect, test } from 'vitest'
import { stackOf } from './stack-of.ts'

test('is the stack of an error, with the stacks of its causes behind it', () => {
  const inner = new Error('inner')
  const outer = new TypeError('outer', { cause: inner })
  expect(stackOf(outer)).toBe(`${outer.stack}\n[cause]: ${inner.stack}`)
})

test('ends where causes go in a circle', () => {
  const error = new Error('round')
  error.cause = error
  expect(stackOf(error)).toContain('[cause]: Error: round')
})

test('is none of what is no error, or has no stack', () => {
  const error = new Error('bare')
  delete error.stack
  for (const thrown of ['text', undefined, { stack: 'mine' }, error]) expect(stackOf(thrown)).toBeUndefined()
})

test('is cut by code points, never through one', () => {
  const error = new Error('long')
  error.stack = `a${'\u{1F600}'.repeat(MAX_STACK_CHARS)}`
  expect(stackOf(error)).toBe(`a${'\u{1F600}'.repeat(MAX_STACK_CHARS - 1)}`)
})
