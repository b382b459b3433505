import { Faults } from '@dureq/types'
import { expect, it } from 'vitest'
import { banner } from './banner.ts'
import { checkConfig } from './config/check-config.ts'
import type { Config } from './config/config.ts'
import type { ServerNode } from './server-node.ts'

const node: ServerNode = {
  url: 'http://127.0.0.1:8080',
  place: 'SQLite (./dureq.db)',
  monitor: true,
  stop: () => Promise.resolve(),
}

const config = (given: Record<string, unknown> = {}): Config => checkConfig(given, new Faults())

it('says where the node is and how to try it', () => {
  expect(banner(node, config())).toBe(`dureq listens on http://127.0.0.1:8080, store: SQLite (./dureq.db)

Enqueue a job, then look at it:
  curl -s -H 'content-type: application/json' -d '{"task_type":"echo","payload":{"message":"hello"}}' http://127.0.0.1:8080/api/jobs
  curl -s http://127.0.0.1:8080/api/jobs

`)
})

it('does not tell the token', () => {
  const text = banner(node, config({ apiToken: '0123456789abcdef' }))
  expect(text).toContain("-H 'authorization: Bearer <token>'")
  expect(text).not.toContain('0123456789abcdef')
})

it('promises nothing the node does not do', () => {
  const line = 'dureq listens on http://127.0.0.1:8080, store: SQLite (./dureq.db)\n'
  expect(banner(node, config({ builtinHandlers: ['noop'] }))).toBe(line)
  expect(banner({ ...node, monitor: false }, config())).toBe(line)
})
