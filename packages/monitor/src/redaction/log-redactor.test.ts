import { expect, it } from 'vitest'
import { createLogRedactor } from './log-redactor.ts'

it('hides in user data of a line, and nowhere else', () => {
  const redact = createLogRedactor([{ path: '$..password' }])
  const line = { jobId: 'a', password: 'kept', payload: { password: 'x', a: 1 }, headers: { a: 'b' } }
  expect(redact?.(line)).toEqual({ ...line, payload: { password: '***', a: 1 } })
  const plain = { jobId: 'a', payload: { a: 1 }, output: 'text' }
  expect(redact?.(plain)).toBe(plain)
  expect(createLogRedactor(undefined)).toBeUndefined()
})

it('never fails: what cannot be looked through is left out', () => {
  const redact = createLogRedactor([{ path: '$..password' }])
  const round: Record<string, unknown> = { password: 'x' }
  round['self'] = round
  expect(redact?.({ payload: round })).toEqual({ payload: '***' })
  expect(redact?.({ payload: { password: 'x', act: () => {} } })).toEqual({ payload: '***' })
})
