import { expect, it } from 'vitest'
import { nearestTo } from './nearest.ts'

const names = ['port', 'redis.url', 'worker.nodeTtlMs', 'workflow.leaseMs', 'batch.leaseMs']

it.each([
  ['prot', ': did you mean port?'],
  ['redis.uri', ': did you mean redis.url?'],
  ['nodeTtlMs', ': did you mean worker.nodeTtlMs?'],
  ['scheduler.nodeTTLms', ': did you mean worker.nodeTtlMs?'],
  ['batch.leasMs', ': did you mean batch.leaseMs?'],
  ['colour', ''],
  ['', ''],
])('who writes %s may mean something else', (name, hint) => {
  expect(nearestTo(name, names)).toBe(hint)
})
