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
  expect(commitArgs(empty, 3, 4)).toEqual([...HEAD, ...Array(10).fill(0)])
})

it('members get the home of their instance, and differ in nothing but their extra', () => {
  const job = { id, taskType: 'work', payload: '1', priority: 5, workflowId: id, workflowTask: 't' }
  const args = commitArgs({ ...empty, enqueue: [job, { ...job, timeoutMs: 5 }] }, 3, 4)
  const owner = `"workflowId":"${atHome}","workflowTask":"t"`
  expect(args.slice(15, 26)).toEqual([
    2,
    'work\n\n5\n\n\n',
    3,
    `{${owner}}`,
    atHome,
    '1',
    'work\n\n5\n\n\n{"timeoutMs":5}',
    3,
    `{${owner},"timeoutMs":5}`,
    atHome,
    '1',
  ])
})

it('tasks of the workflow itself in a row share all but their names, ids and payloads', () => {
  const job = { id, taskType: 'work', payload: '1', priority: 5, workflowId: 'x', workflowTask: 'a"b' }
  const args = commitArgs(
    { ...empty, enqueue: [job, { ...job, payload: '2' }, { ...job, taskType: 'other' }] },
    3,
    4,
  )
  const [one, two] = [
    ['"a\\"b"', atHome, '1'],
    ['"a\\"b"', atHome, '2'],
  ] as const
  expect(args.slice(15, 29)).toEqual([2, 'work\n\n5\n\n\n', 6, ...one, ...two, 'other\n\n5\n\n\n', 3, ...one])
})

it('events in a row share all but their jobs, unless they say more', () => {
  const event = { type: 'workflow.task.completed', taskType: 'work' } as const
  const events = [
    { ...event, jobId: 'a' },
    { ...event, jobId: 'b' },
    { ...event, jobId: 'c', error: 'skip' },
    { ...event, jobId: 'd' },
    { type: 'workflow.completed' },
  ] as const
  const told = [
    ['workflow.task.completed', 'a,b', 'work', '', ''],
    ['workflow.task.completed', 'c', 'work', '"skip"', ''],
    ['workflow.task.completed', 'd', 'work', '', ''],
    ['workflow.completed', 'x', '', '', ''],
  ]
  expect(commitArgs({ ...empty, events }, 0, 1).slice(20)).toEqual([4, ...told.flat()])
})

it('a part is as it was written last, and every mark counts', () => {
  const parts = [
    { name: 'a', text: '1', marks: { ready: 2 } },
    { name: 'b', text: '1' },
    { name: 'a', marks: { ready: null } },
  ]
  const args = commitArgs({ ...empty, parts }, 0, 1)
  expect(args.slice(12, 24)).toEqual([1, 'b', '1', 1, 'a', 2, 'ready', 2, 'a', 'ready', '', 'a'])
})

it('the shared step and the items of a batch say whose they are, items as lists', () => {
  const job = { id, taskType: 'work', payload: '1', priority: 5, batchId: id }
  const item = { ...job, batchRole: 'item', batchItem: 'a"b', batchPlace: 7 } as const
  const args = commitArgs(
    { ...empty, enqueue: [{ ...job, batchRole: 'onetime' }, item, { ...item, timeoutMs: 5 }] },
    3,
    4,
  )
  const extras = [args[18], args[21], args[26]]
  expect(extras).toEqual([
    `{"batchId":"${atHome}","batchRole":"onetime"}`,
    `["${atHome}",7,"a\\"b"]`,
    `["${atHome}",7,"a\\"b",{"timeoutMs":5}]`,
  ])
  expect(args[24]).toBe('work\n\n5\n\n\n{"timeoutMs":5}')
})

it('a job of its own has no extra of a member', () => {
  const job = { id, taskType: 'work', payload: '1', priority: 5, uniqueKey: 'u' }
  expect(commitArgs({ ...empty, enqueue: [job] }, 3, 4).slice(15, 21)).toEqual([
    1,
    'work\n\n5\n\n\n{"uniqueKey":"u"}',
    3,
    '',
    atHome,
    '1',
  ])
})
