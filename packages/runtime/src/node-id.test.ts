import { expect, it } from 'vitest'
import { createNodeId } from './node-id.ts'

it('is the host name, made harmless, and 16 hex digits', () => {
  expect(createNodeId(() => 0, 'web-1.example > a/b\\c*')).toBe('web-1-example---a-b-c--0000000000000000')
  expect(createNodeId(Math.random, 'web')).toMatch(/^web-[0-9a-f]{16}$/)
  expect(createNodeId(Math.random)).not.toBe(createNodeId(Math.random))
})

it('is short enough for a node id, however long the host name is', () => {
  expect(createNodeId(Math.random, 'h'.repeat(500)).length).toBeLessThanOrEqual(200)
})
