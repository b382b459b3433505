import { expect, test } from 'vitest'
import { upstreamPayload } from './envelope.ts'

test('puts both texts in as they are', () => {
  expect(upstreamPayload('{"id":12345678901234567890}', '"é"')).toBe(
    '{"upstream":{"id":12345678901234567890},"original":"é"}',
  )
})

test('a task without a payload of its own has null', () => {
  expect(JSON.parse(upstreamPayload('[1,2]', undefined))).toEqual({ upstream: [1, 2], original: null })
})
