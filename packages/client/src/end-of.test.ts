import type { JobRecord } from '@dureq/types'
import { expect, it } from 'vitest'
import { endOf } from './end-of.ts'

const record = (more: Partial<JobRecord>): JobRecord => more as JobRecord

it('is the result of a job that has ended', () => {
  const result = { status: 'completed', output: '{"a":1}' } as const
  expect(endOf(record({ status: 'completed', result }))).toEqual({ status: 'completed', output: { a: 1 } })
  expect(endOf(record({ status: 'running', result }))).toBeUndefined()
  expect(endOf(record({ status: 'paused' }))).toBeUndefined()
})

it('is of a recurring job what became of its newest firing, or of itself', () => {
  const dead = { status: 'dead', error: 'boom' } as const
  expect(endOf(record({ status: 'completed', result: dead }))).toEqual(dead)
  expect(endOf(record({ status: 'completed' }))).toEqual({ status: 'completed' })
  expect(endOf(record({ status: 'cancelled', result: dead }))).toEqual({ status: 'cancelled' })
  expect(endOf(record({ status: 'cancelled' }))).toEqual({ status: 'cancelled' })
})
