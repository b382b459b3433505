import type { InstanceCommit } from '@dureq/types'
import { expect, it } from 'vitest'
import { commitArgs, markSet } from './commit-args.ts'

const empty: InstanceCommit = {
  id: 'x',
  version: 3,
  consumed: 2,
  status: 'running',
  state: '{}',
  parts: [],
  enqueue: [],
  cancel: [],
  create: [],
  send: [],
  timers: [],
  acknowledge: [],
  events: [],
}
const HEAD = ['x', 3, 2, 'running', '{}', '', '', '']
const id = '01hj2kq7v00001aaaaaa'
const atHome = '01hj2kq7v03001aaaaaa'

it('a step that changes nothing is ten empty lists', () => {
  expect(commitArgs(empty, 3)).toEqual([...HEAD, ...Array(10).fill(0)])
})

it('members get the home of their instance, and differ in nothing but their extra', () => {
  const job = { id, taskType: 'work', payload: '1', priority: 5, workflowId: id, workflowTask: 't' }
  const args = commitArgs({ ...empty, enqueue: [job, { ...job, timeoutMs: 5 }] }, 3)
  const owner = `"workflowId":"${atHome}","workflowTask":"t"`
  expect(args.slice(12, 21)).toEqual([
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
  expect(args.slice(9, 21)).toEqual([1, 'b', '1', 1, 'a', 2, 'ready', 2, 'a', 'ready', '', 'a'])
})

it('the name of an ordered set has neither tabs nor line breaks in its key', () => {
  expect(markSet('signal:a\tb\n')).toBe('signal:a\\tb\\n')
})
