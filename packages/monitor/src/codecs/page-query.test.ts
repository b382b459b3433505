import { expect, it } from 'vitest'
import { decodeJobsQuery, decodeLimit } from './page-query.ts'

it('takes what makes no sense for the default, as the Go implementation does', () => {
  const usual = { limit: 10, sort: 'newest', offset: 0 }
  expect(decodeJobsQuery({})).toEqual(usual)
  expect(
    decodeJobsQuery({ limit: '0', offset: '-1', sort: 'up', status: '', task_type: '', cursor: '' }),
  ).toEqual(usual)
  expect(decodeJobsQuery({ limit: 'x', offset: '1.5' })).toEqual(usual)
})

it('takes what makes sense as it is, up to a hundred rows', () => {
  const query = { limit: '101', offset: '10000', sort: 'oldest', status: 'dead', task_type: 't' }
  expect(decodeJobsQuery(query)).toEqual({
    limit: 100,
    offset: 10_000,
    sort: 'oldest',
    status: 'dead',
    taskType: 't',
  })
  expect(decodeJobsQuery({ cursor: 'c', offset: '3' })).toEqual({ limit: 10, sort: 'newest', cursor: 'c' })
  expect(decodeLimit('7', 50)).toBe(7)
  expect(decodeLimit(undefined, 50)).toBe(50)
})

it('refuses to walk further than ten thousand rows', () => {
  expect(() => decodeJobsQuery({ offset: '10001' })).toThrow(/offset.*cursor/)
})
