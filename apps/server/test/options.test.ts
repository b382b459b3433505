import { Faults } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { checkConfig } from '../src/config/check-config.ts'
import { readEnvironment } from '../src/config/environment.ts'
import type { OptionSchema } from '../src/config/option.ts'
import { type Given, getPath, setPath } from '../src/config/paths.ts'
import { options } from '../src/config/schema.ts'
import { variableOf } from '../src/config/variables.ts'
import { usage } from '../src/usage.ts'

/** Values of options that any value of their type would not do for. */
const samples: Readonly<Record<string, unknown>> = {
  host: 'localhost',
  'api.tokens': [{ name: 'ada', role: 'viewer', sha256: 'a'.repeat(64) }],
  'api.redact': [{ path: '$..password', with: '(hidden)' }],
  'api.origins': ['https://ops.example.com'],
  'api.trustProxies': ['10.0.0.0/8'],
  'redis.url': 'redis://127.0.0.1',
  'redis.cluster': ['127.0.0.1:7000'],
  'redis.sentinels': ['127.0.0.1:26379'],
  'settings.tiers': [{ name: 'all', minPriority: 1, weight: 1 }],
  'settings.taskTypes': { mail: { maxRunning: 2 } },
  'settings.keys': { acme: { maxConcurrency: 2 } },
  'settings.handlers': { mail: { concurrency: 2 } },
  'settings.groups': [{ key: 'g', group: 'g', gracePeriodMs: 1_000, maxDelayMs: 5_000, maxSize: 10 }],
  'scheduler.periodicTasks': [{ cronExpr: '0 3 * * *', taskType: 'tidy' }],
}

/** What options need beside them. */
const company: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'redis.sentinelMaster': { 'redis.sentinels': ['a:1'] },
  'redis.sentinels': { 'redis.sentinelMaster': 'm' },
  'redis.sentinelUsername': { 'redis.sentinelMaster': 'm', 'redis.sentinels': ['a:1'] },
  'redis.sentinelPassword': { 'redis.sentinelMaster': 'm', 'redis.sentinels': ['a:1'] },
  'redis.sentinelTls': { 'redis.sentinelMaster': 'm', 'redis.sentinels': ['a:1'] },
  'redis.tlsCa': { 'redis.tls': true },
  'redis.tlsCert': { 'redis.tls': true, 'redis.tlsKey': 'key' },
  'redis.tlsKey': { 'redis.tls': true, 'redis.tlsCert': 'cert' },
  'redis.tlsPassphrase': { 'redis.tls': true, 'redis.tlsKey': 'key', 'redis.tlsCert': 'cert' },
  'redis.tlsServername': { 'redis.tls': true },
}

function sampleOf(path: string, { type, minimum = 0, maximum, items, ...option }: OptionSchema): unknown {
  if (path in samples) return samples[path]
  if (type === 'integer') return Math.min(minimum + 1, maximum ?? Infinity)
  if (type === 'boolean') return option.default !== true
  if (type === 'array') return [items?.type === 'string' ? (items.enum?.at(-1) ?? 'a') : {}]
  return option.enum?.at(-1) ?? 'x'.repeat(option.minLength ?? 1)
}

/** Values no option like this can have. */
function badOf({ type, minimum, maximum, minLength, pattern, ...option }: OptionSchema): readonly unknown[] {
  const bad: unknown[] = [null, type === 'object' ? [] : {}]
  if (type === 'integer') bad.push('1', 1.5)
  if (minimum !== undefined) bad.push(minimum - 1)
  if (maximum !== undefined) bad.push(maximum + 1)
  if (minLength !== undefined) bad.push('x'.repeat(minLength - 1))
  if (pattern !== undefined || option.enum !== undefined) bad.push(' nonsense ')
  return bad
}

function variableText(value: unknown, { type, items }: OptionSchema): string {
  if (type === 'array' && items?.type === 'string') return (value as string[]).join(',')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function fieldsOf(given: Given): readonly string[] {
  const faults = new Faults()
  checkConfig(given, faults)
  return faults.found.map(({ field, problem }) => (problem === '' ? 'nothing is said' : field))
}

describe.each(Object.entries(options))('%s', (path, option) => {
  const value = sampleOf(path, option)

  it('is taken from the file and from its variable', () => {
    const given: Given = {}
    for (const [name, needed] of Object.entries(company[path] ?? {})) setPath(given, name, needed)
    setPath(given, path, structuredClone(value))
    expect(fieldsOf(given)).toEqual([])
    expect(getPath(given, path)).toEqual(value)

    const faults = new Faults()
    const found = readEnvironment({ [variableOf(path)]: variableText(value, option) }, faults)
    expect(faults.found).toEqual([])
    expect([...found]).toEqual([[path, { variable: variableOf(path), value }]])
  })

  it('is refused by its name when it is wrong', () => {
    for (const bad of badOf(option)) {
      const given: Given = {}
      setPath(given, path, bad)
      expect(fieldsOf(given)).toContain(path)
    }
  })

  it('is told by --help', () => {
    expect(usage()).toContain(`  ${path.padEnd(38)} ${variableOf(path).padEnd(47)} ${option.description}`)
  })
})

it('has a variable of its own for each option', () => {
  const variables = Object.keys(options).map(variableOf)
  expect(new Set(variables).size).toBe(variables.length)
})
