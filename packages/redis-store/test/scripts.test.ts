import { readdirSync } from 'node:fs'
import { Redis } from 'ioredis'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { readScript } from '../src/script-source.ts'

const scripts = readdirSync(new URL('../lua/', import.meta.url))
  .filter((file) => file.endsWith('.lua'))
  .map((file) => file.slice(0, -4))

const admin = new Redis(inject('redisPort'))
afterAll(() => admin.disconnect())

describe.each(scripts)('%s.lua', (name) => {
  const { library, script } = readScript(name)

  it('is taken by Redis, which allows a function 200 local names', async () => {
    await expect(admin.function('LOAD', 'REPLACE', library)).resolves.toContain('dureq_')
    await expect(admin.script('LOAD', script)).resolves.toHaveLength(40)
  })
})
