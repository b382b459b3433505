import type { InstanceHead } from '@dureq/types'
import { expect, it } from 'vitest'
import { createInstanceKinds } from './instance-kinds.ts'

it('asks for a kind once, and never for one it was told', async () => {
  const asked: string[] = []
  const kinds = createInstanceKinds(async (id) => {
    asked.push(id)
    return id === 'none' ? undefined : ({ id, kind: 'batch' } as InstanceHead)
  })
  kinds.note('w', 'workflow')
  expect(await kinds.isOf('workflow', 'w')).toBe(true)
  expect(await kinds.isOf('batch', 'w')).toBe(false)
  expect(await kinds.isOf('workflow', 'b')).toBe(false)
  expect(await kinds.isOf('batch', 'b')).toBe(true)
  expect(await kinds.isOf('batch', 'none')).toBe(false)
  expect(await kinds.isOf('batch', 'none')).toBe(false)
  expect(asked).toEqual(['b', 'none', 'none'])
})
