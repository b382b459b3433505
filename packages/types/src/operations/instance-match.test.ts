import { expect, test } from 'vitest'
import { instanceMatch } from './instance-match.ts'

test('a workflow is started with its input', () => {
  const query = { path: ['order', 0], value: 7 }
  expect(instanceMatch('workflow', query)).toStrictEqual({ text: 'input', query })
})

test('a batch is started with the payload of its shared step, a member of its definition', () => {
  const query = { path: ['order', 0], value: 7 }
  const within = { path: ['onetimePayload', 'order', 0], value: 7 }
  expect(instanceMatch('batch', query)).toStrictEqual({ text: 'definition', query: within })
})
