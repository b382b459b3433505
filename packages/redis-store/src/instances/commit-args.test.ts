import { type InstanceCommit, noChanges } from '@dureq/types'
import { expect, it } from 'vitest'
import { commitArgs } from './commit-args.ts'

const empty: InstanceCommit = {
  id: 'x',
  version: 3,
  consumed: 2,
  status: 'running',
  state: '{}',
  ...noChanges,
}
const HEAD = ['x', 3, 2, 'running', '{}', '', '', '', '', '', '']
const id = '01hj2kq7v00001aaaaaa'
const atHome = '01hj2kq7v03001aaaaaa'

it('a step that changes nothing is ten empty lists', () => {
  expect(commitArgs(empty, 3)).toEqual([...HEAD, ...Array(10).fill(0)])
})

it('members get the home of their instance, and differ in nothing but their extra', () => {
  const job = { id, taskType: 'work', payload: '1', priority: 5, workflowId: id, workflowTask: 't' }
  const args = commitArgs({ ...empty, enqueue: [job, { ...job, timeoutMs: 5 }] }, 3)
  const owner = `"workflowId":"${atHome}","workflowTask":"t"`
  expect(args.slice(15, 24)).toEqual([
    2,
    'work\n\n5\n\n\n',
    `{${owner}}`,
    atHome,
    '1',
    'work\n\n5\n\n\n{"timeoutMs":5}',
    `{${owner},"timeoutMs":5}`,
    atHome,
    '1',
  ])
})

it('a part is as it was written last, and every mark counts', () => {
  const parts = [
    { name: 'a', text: '1', marks: { ready: 2 } },
    { name: 'b', text: '1' },
    { name: 'a', marks: { ready: null } },
  ]
  const args = commitArgs({ ...empty, parts }, 0)
  expect(args.slice(12, 24)).toEqual([1, 'b', '1', 1, 'a', 2, 'ready', 2, 'a', 'ready', '', 'a'])
})

it('the shared step and the items of a batch say whose they are, items as lists', () => {
  const job = { id, taskType: 'work', payload: '1', priority: 5, batchId: id }
  const item = { ...job, batchRole: 'item', batchItem: 'a"b', batchPlace: 7 } as const
  const args = commitArgs(
    { ...empty, enqueue: [{ ...job, batchRole: 'onetime' }, item, { ...item, timeoutMs: 5 }] },
    3,
  )
  const extras = [args[17], args[21], args[25]]
  expect(extras).toEqual([
    `{"batchId":"${atHome}","batchRole":"onetime"}`,
    `["${atHome}",7,"a\\"b"]`,
    `["${atHome}",7,"a\\"b",{"timeoutMs":5}]`,
  ])
  expect(args[24]).toBe('work\n\n5\n\n\n{"timeoutMs":5}')
})

it('a job of its own has no extra of a member', () => {
  const job = { id, taskType: 'work', payload: '1', priority: 5, uniqueKey: 'u' }
  expect(commitArgs({ ...empty, enqueue: [job] }, 3).slice(15, 20)).toEqual([
    1,
    'work\n\n5\n\n\n{"uniqueKey":"u"}',
    '',
    atHome,
    '1',
  ])
})
