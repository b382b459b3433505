import { JobNotFoundError, ValidationError } from '@dureq/types'
import { expect, it } from 'vitest'
import { findableId, requireId } from './job-ref.ts'

const id = '0123456789abcdefghij'

it('takes ids, firing ids and jobs', () => {
  for (const text of [id, `${id}:1767225600000`, `${id}:1767225600000t`]) {
    expect(requireId(text)).toBe(text)
    expect(findableId({ id: text })).toBe(text)
  }
})

it('knows without asking that there is no job whose id has another form', () => {
  for (const text of ['', 'nope', `${id}x`, `${id}:`, `${id}-1`, id.toUpperCase(), `${id}\n`]) {
    expect(findableId(text)).toBeUndefined()
    expect(() => requireId(text)).toThrow(JobNotFoundError)
  }
})

it('refuses what is no reference', () => {
  for (const value of [undefined, null, 7, {}, { id: 7 }]) {
    expect(() => requireId(value as string)).toThrow(ValidationError)
  }
})
