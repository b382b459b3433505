import { expect, it } from 'vitest'
import { parseServer } from './server-info.ts'

it('reads sections and names, whatever their case, and values with colons', () => {
  const text =
    '# Server\r\nredis_version:7.2.4\r\nredis_mode:standalone\r\n\r\n# Replication\r\nrole:master\r\nA_b:x:y\r\n'
  expect(parseServer({ address: 'h:1', text })).toEqual({
    address: 'h:1',
    role: 'master',
    sections: {
      server: { redis_version: '7.2.4', redis_mode: 'standalone' },
      replication: { role: 'master', a_b: 'x:y' },
    },
  })
})

it('says nothing where the server says nothing', () => {
  expect(parseServer({ address: 'h:1', text: '' })).toEqual({ address: 'h:1', role: 'unknown', sections: {} })
})
