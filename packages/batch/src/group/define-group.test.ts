import { defineTask, type StandardSchemaV1, ValidationError } from '@dureq/types'
import { expect, test } from 'vitest'
import { defineGroup } from './define-group.ts'

interface Sum {
  readonly n: number
}

const schema: StandardSchemaV1<Sum> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) =>
      typeof (value as Sum).n === 'number'
        ? { value: value as Sum }
        : { issues: [{ path: ['n'], message: 'must be a number' }] },
  },
}
const task = defineTask({ type: 'sum', payload: schema })
const context = { taskType: 'sum', attempt: 1, signal: new AbortController().signal }

test('it is the config of the groups of its task', async () => {
  const config = defineGroup(task, {
    group: 'g*',
    maxSize: 7,
    aggregator: (_, parts) => ({ n: parts.reduce((sum, { n }) => sum + n, 0) }),
  })
  expect(config).toMatchObject({ group: 'g*', taskType: 'sum', maxSize: 7 })
  expect(await config.aggregator('g1', [{ n: 1 }, { n: 2 }], context)).toEqual({ n: 3 })
})

test('what does not fit the schema of the task is a failure, as is what the aggregator throws', async () => {
  const wrong = defineGroup(task, { aggregator: () => ({ n: 'many' }) as unknown as Sum })
  await expect(wrong.aggregator('g', [], context)).rejects.toThrow(ValidationError)
  await expect(wrong.aggregator('g', [], context)).rejects.toThrow('payload.n')
  const throwing = defineGroup(task, {
    aggregator: () => {
      throw new Error('no')
    },
  })
  await expect(throwing.aggregator('g', [], context)).rejects.toThrow('no')
})
