import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import { isMarked, isSecret } from '../src/config/is-secret.ts'
import { loadConfig } from '../src/config/load-config.ts'
import type { OptionSchema } from '../src/config/option.ts'
import { hideSecrets, printConfig } from '../src/config/print-config.ts'
import { options } from '../src/config/schema.ts'

const dir = mkdtempSync(join(tmpdir(), 'dureq-print-'))
afterAll(() => rmSync(dir, { recursive: true }))

it('prints what a node would be started with, and who says so', () => {
  writeFileSync(
    join(dir, 'dureq.yaml'),
    'concurrency: 7\nworker: { nodeTtlMs: 9000 }\nmodes: [queue, monitor]\nsettings:\n  tiers:\n    - { name: all, minPriority: 1, weight: 1 }\n',
  )
  const loaded = loadConfig({ path: 'dureq.yaml', env: { DUREQ_PORT: '81' }, cwd: dir })
  const printed = printConfig(loaded)
  expect(printed).toContain('\nport: 81 # DUREQ_PORT\n')
  expect(printed).toContain('\nconcurrency: 7 # dureq.yaml:1\n')
  expect(printed).toContain('\n  nodeTtlMs: 9000 # dureq.yaml:2\n')
  expect(printed).toContain('\n  cancelGraceMs: 5000 # default\n')
  expect(printed).toContain('\nleaseMs: 30000 # default\n')
  expect(printed).toContain('modes:\n  # dureq.yaml:3\n  - queue\n  - monitor\n')
  writeFileSync(join(dir, 'again.yaml'), printed)
  expect(loadConfig({ path: 'again.yaml', env: {}, cwd: dir }).config).toEqual(loaded.config)
})

it('hides the secrets of a configuration', () => {
  const env = {
    DUREQ_API_TOKEN: 'a-token-that-is-long-enough',
    DUREQ_REDIS_URL: 'redis://ada:url-secret@cache:6379/2?password=query-secret',
    DUREQ_REDIS_PASSWORD: 'redis-secret',
  }
  const printed = printConfig(loadConfig({ env, cwd: dir }))
  for (const secret of [env.DUREQ_API_TOKEN, 'url-secret', 'query-secret', 'redis-secret', 'ada'])
    expect(printed).not.toContain(secret)
  expect(parse(printed)).toMatchObject({
    apiToken: '***',
    redis: { url: 'redis://***@cache:6379/2', password: '***' },
  })
})

it('shows whose the tokens are, and none of their hashes', () => {
  const sha256 = 'a'.repeat(64)
  const env = { DUREQ_API_TOKENS: JSON.stringify([{ name: 'ada', role: 'viewer', sha256 }]) }
  const printed = printConfig(loadConfig({ env, cwd: dir }))
  expect(printed).not.toContain(sha256)
  expect(parse(printed)).toMatchObject({ api: { tokens: [{ name: 'ada', role: 'viewer', sha256: '***' }] } })
})

it.each(Object.entries(options).filter(([, option]) => isSecret(option)))(
  'shows nothing of %s',
  (_, option) => {
    expect(JSON.stringify(hideSecrets(secretSample(option), option))).not.toContain('sesame')
  },
)

function secretSample({ items }: OptionSchema): unknown {
  if (items?.type !== 'object') return 'sesame'
  const members = Object.entries(items.properties).map(([name, schema]) => [
    name,
    isMarked(schema) ? 'sesame' : 'shown',
  ])
  return [Object.fromEntries(members)]
}

it('takes every option whose name sounds secret for one', () => {
  const sounding = Object.keys(options).filter((path) => /token|password|passphrase|secret/i.test(path))
  expect(sounding.length).toBeGreaterThan(3)
  for (const path of sounding) expect([path, isSecret(options[path] as OptionSchema)]).toEqual([path, true])
})
