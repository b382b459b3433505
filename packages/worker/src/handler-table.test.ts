import { expect, it } from 'vitest'
import { createEntry } from '../test/fixtures/lease.ts'
import { createHandlerTable } from './handler-table.ts'

it('finds the exact handler, else the longest pattern', () => {
  const table = createHandlerTable(['email.send', 'email.*', '*', 'order.*'].map((name) => createEntry(name)))
  const found = (taskType: string): unknown => table(taskType)?.name
  for (let i = 0; i < 2; i++) {
    expect(found('email.send')).toBe('email.send')
    expect(found('email.other')).toBe('email.*')
    expect(found('order.a.b')).toBe('order.*')
    expect(found('else')).toBe('*')
  }
})

it('finds nothing where there is nothing, however many types it is asked for', () => {
  const table = createHandlerTable([createEntry('order.*')])
  for (let i = 0; i < 25_000; i++) {
    expect(table(`order.${i}`)?.name).toBe('order.*')
  }
  expect(table('other')).toBeUndefined()
  expect(table('other')).toBeUndefined()
})
