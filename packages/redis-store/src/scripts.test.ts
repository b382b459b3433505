import { readdirSync, readFileSync } from 'node:fs'
import luaparse from 'luaparse'
import { describe, expect, it } from 'vitest'
import { partitionKeys } from './keys.ts'
import { readScript } from './script-source.ts'

const folder = new URL('../lua/', import.meta.url)
const scripts = readdirSync(folder)
  .filter((file) => file.endsWith('.lua'))
  .map((file) => file.slice(0, -4))

/** What Redis gives to a script. */
const PROVIDED = new Set([
  'redis',
  'cjson',
  'KEYS',
  'ARGV',
  'string',
  'table',
  'math',
  'unpack',
  'tonumber',
  'tostring',
  'type',
  'pairs',
  'ipairs',
  'setmetatable',
  'next',
])

interface Chunk {
  readonly globals: readonly { readonly name: string }[]
}

function globalsOf(text: string): readonly string[] {
  const withoutShebang = text.replace(/^#!.*\n/, '\n')
  const chunk = luaparse.parse(withoutShebang, { luaVersion: '5.1', scope: true }) as unknown as Chunk
  return chunk.globals.map(({ name }) => name)
}

/** These are refused by a full server. */
const TAKE_IN: ReadonlySet<string> = new Set(['enqueue', 'fire', 'create', 'send', 'append', 'collect'])

describe.each(scripts)('%s.lua', (name) => {
  const { library, script } = readScript(name)

  it('parses, with its libraries, and names nothing that is not there', () => {
    for (const text of [library, script]) {
      expect(globalsOf(text).filter((global) => !PROVIDED.has(global))).toEqual([])
    }
  })

  it('says what it does, takes and returns', () => {
    const header = readFileSync(new URL(`${name}.lua`, folder), 'utf8')
      .split('\n')
      .slice(0, 12)
      .join('\n')
    expect(header).toMatch(/^#!lua( flags=allow-oom)?\n-- [A-Z].*\n(-- .*\n)*-- KEYS: .*\n-- ARGV: /)
    expect(header).toMatch(/\n-- Returns /)
  })

  it('runs on a full server unless it takes in new work', () => {
    const full = !TAKE_IN.has(name)
    expect(script.startsWith('#!lua flags=allow-oom\n')).toBe(full)
    expect(library.includes("flags = { 'allow-oom' }")).toBe(full)
  })
})

describe('the fixed keys', () => {
  it('are declared in the same order on both sides', () => {
    const lua = readFileSync(new URL('lib/keys.lua', folder), 'utf8')
    const names = (/^--- @keys (.+)$/m.exec(lua)?.[1] ?? '').split(' ')
    const { fixed } = partitionKeys('p', 0)
    expect(fixed).toEqual(names.map((name) => `{p:0}:${name.toLowerCase().replaceAll('_', '-')}`))
  })

  it('are given to a script as far as it names them', () => {
    expect(readScript('open').keys).toEqual(['meta'])
    expect(readScript('lock').keys).toContain('locks')
    expect(readScript('settle').keys).not.toContain('locks')
  })

  it('share one hash tag with every other key of their partition', () => {
    const keys = partitionKeys('p', 7)
    const all = [...keys.fixed, keys.key('j', 'x'), keys.of('meta')]
    expect(all.filter((key) => !key.startsWith('{p:7}:'))).toEqual([])
  })
})

describe('a script', () => {
  it('has each library once', () => {
    const { library } = readScript('claim')
    expect(library.split('local BASE').length).toBe(2)
    expect(library).not.toContain('@include')
  })
})
