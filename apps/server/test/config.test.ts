import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ValidationError } from '@dureq/types'
import { afterAll, expect, it } from 'vitest'
import { loadConfig } from '../src/config/load-config.ts'
import { options } from '../src/config/schema.ts'
import { usage } from '../src/usage.ts'

const dir = mkdtempSync(join(tmpdir(), 'dureq-config-'))
afterAll(() => rmSync(dir, { recursive: true }))

const write = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text)
  return name
}

it('comes from a file, with the environment over it', () => {
  const path = write('good.json', JSON.stringify({ port: 1, concurrency: 7, redis: { url: 'redis://a' } }))
  const fromOption = loadConfig({ path, env: { DUREQ_PORT: '2' }, cwd: dir })
  expect(fromOption).toMatchObject({
    port: 2,
    concurrency: 7,
    redis: { url: 'redis://a', keyPrefix: 'dureq' },
  })
  expect(loadConfig({ env: { DUREQ_CONFIG_PATH: join(dir, path) }, cwd: '/' })).toMatchObject({ port: 1 })
  write('other.json', '{"port":3}')
  const env = { DUREQ_CONFIG_PATH: join(dir, path) }
  expect(loadConfig({ path: 'other.json', env, cwd: dir })).toMatchObject({ port: 3 })
})

it('finds the modules of handlers from the file, or from where it is started', () => {
  const module = write('handlers.mjs', 'export default () => {}')
  const path = join(dir, write('modules.json', JSON.stringify({ handlers: [`./${module}`] })))
  expect(loadConfig({ path, env: {}, cwd: '/' }).handlers).toEqual([join(dir, module)])
  expect(loadConfig({ env: { DUREQ_HANDLERS: module }, cwd: dir }).handlers).toEqual([join(dir, module)])
})

it('is refused with everything that is wrong in file and environment', () => {
  const path = write('bad.json', JSON.stringify({ colour: 1, port: 'x', handlers: ['./missing.mjs'] }))
  const load = (): unknown => loadConfig({ path, env: { DUREQ_FOO: '1' }, cwd: dir })
  expect(load).toThrow(ValidationError)
  expect(load).toThrow(
    expect.objectContaining({
      fields: ['DUREQ_FOO', 'colour', 'port', 'handlers[0]'].map((field) =>
        expect.objectContaining({ field }),
      ),
    }),
  )
})

it.each([
  ['missing.json', undefined, 'ENOENT'],
  ['broken.json', '{', 'cannot be read as JSON'],
  ['list.json', '[]', 'must hold a JSON object'],
])('is refused when %s is no configuration', (name, text, problem) => {
  if (text !== undefined) write(name, text)
  expect(() => loadConfig({ path: name, env: {}, cwd: dir })).toThrow(problem)
})

it('is described whole in the README and by --help', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const rows = Object.entries(options).map(([path, { env, description, default: value }]) => {
    const shown = value === undefined ? '' : `\`${JSON.stringify(value)}\``
    return `| \`${path}\` | \`${env}\` | ${description} | ${shown} |`
  })
  expect(readme.match(/^\| `.*/gm)).toEqual(rows)
  for (const [path, { env }] of Object.entries(options))
    expect(usage()).toMatch(new RegExp(`${path} +${env} `))
})
