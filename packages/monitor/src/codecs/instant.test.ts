import { parseInstant } from '@dureq/types'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { encodeInstant } from './instant.ts'

it('has no zeros at the end of its fraction', () => {
  expect(encodeInstant(0)).toBe('1970-01-01T00:00:00Z')
  expect(encodeInstant(1_767_225_600_120)).toBe('2026-01-01T00:00:00.12Z')
  expect(encodeInstant(1_767_225_610_000)).toBe('2026-01-01T00:00:10Z')
})

it('is read back as the same moment', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) }), (ms) => {
      expect(parseInstant(encodeInstant(ms), 'at')).toBe(ms)
    }),
  )
})
