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
    '0',
    '',
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
    size: 0,
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
  const head = [
    'workflow',
    '7',
    'running',
    '1',
    'abc',
    '100',
    '100',
    ...Array(10).fill(''),
    '0',
    '',
    '{}',
  ].join('\n')
  expect(rootOfHead(head)).toBeUndefined()
  expect(parseHead('x', { head, input: null, output: null, newest: '' }, nameOf)).toEqual({
    id: 'x',
    kind: 'workflow',
    name: 'name 7',
    status: 'running',
    version: 1,
    definitionHash: 'abc',
    size: 0,
    state: '{}',
    createdAt: 100,
    updatedAt: 100,
  })
})

it('a group stands with its name, its task type and its size', () => {
  const head = [
    'group',
    'a\\tb',
    'running',
    '1',
    '"send"',
    '1',
    '2',
    ...Array(7).fill(''),
    'c',
    '',
    '',
    '3',
    'group:',
    '{}',
  ]
  expect(parseHead('x', { head: head.join('\n'), input: null, output: null, newest: '' }, nameOf)).toEqual({
    id: 'x',
    kind: 'group',
    name: 'a\tb',
    status: 'running',
    version: 1,
    size: 3,
    state: '{}',
    input: '"send"',
    createdAt: 1,
    updatedAt: 2,
  })
})
