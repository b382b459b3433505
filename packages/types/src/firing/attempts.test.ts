import { expect, test } from 'vitest'
import { effectiveMaxAttempts } from './attempts.ts'

test.each([
  ['the number of the handler', {}, 3],
  ['the policy of the job', { retryPolicy: { maxAttempts: 9 } }, 9],
  ['dlqAfter, where it is lower', { retryPolicy: { maxAttempts: 9 }, dlqAfter: 4 }, 4],
  ['not dlqAfter, where it is higher', { dlqAfter: 4 }, 3],
])('%s', (_, job, expected) => {
  expect(effectiveMaxAttempts(job, 3)).toBe(expected)
})
