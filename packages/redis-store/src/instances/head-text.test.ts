import { expect, it } from 'vitest'
import { nameNumberOf, parseHead, rootOfHead } from './head-text.ts'

const nameOf = (number: string): string => `name ${number}`

it('a head says everything of an instance', () => {
  const head = [
    'workflow',
    '7',
    'continued',
    '4',
    'abc',
    '100',
    '200',
    '150',
    'parent',
    '"a\\nb"',
    'root',
    'before',
    'after',
    '"boom"',
    'iow',
    'ready\tactive',
    '"r"',
    '{"a":\n1}',
  ].join('\n')
  expect(nameNumberOf(head)).toBe('7')
  expect(rootOfHead(head)).toBe('root')
  expect(parseHead('x', { head, input: '1', output: '2', newest: '300' }, nameOf)).toEqual({
    id: 'x',
    kind: 'workflow',
    name: 'name 7',
    status: 'continued',
    version: 4,
    definitionHash: 'abc',
    state: '{"a":\n1}',
    input: '1',
    parent: { id: 'parent', task: 'a\nb' },
    continuedFrom: 'before',
    continuedTo: 'after',
    output: '2',
    error: 'boom',
    createdAt: 100,
    updatedAt: 300,
    completedAt: 150,
  })
})

it('what an instance does not have is absent', () => {
  const head = ['workflow', '7', 'running', '1', 'abc', '100', '100', ...Array(10).fill(''), '{}'].join('\n')
  expect(rootOfHead(head)).toBeUndefined()
  expect(parseHead('x', { head, input: null, output: null, newest: '' }, nameOf)).toEqual({
    id: 'x',
    kind: 'workflow',
    name: 'name 7',
    status: 'running',
    version: 1,
    definitionHash: 'abc',
    state: '{}',
    createdAt: 100,
    updatedAt: 100,
  })
})
