import type { JobDefinition } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { readItem, writeItem } from './job-facts.ts'

const job: JobDefinition = {
  id: 'j',
  taskType: 't',
  payload: '1',
  priority: 5,
  schedule: { type: 'IMMEDIATE' },
  tags: [],
  headers: {},
  createdAt: 1,
}

describe('the item of a job', () => {
  it.each([
    { batchItem: 'a b', batchPlace: 0 },
    { batchItem: ' ', batchPlace: 999_999 },
    { batchItem: 'x' },
    { batchPlace: 7 },
  ])('is read as it was written: %j', (item) => {
    expect(readItem(writeItem({ ...job, ...item }) ?? '')).toEqual(item)
  })

  it('takes no room where there is none', () => {
    expect(writeItem(job)).toBeNull()
  })
})
