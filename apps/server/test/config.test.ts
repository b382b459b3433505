import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ValidationError } from '@dureq/types'
import { afterAll, expect, it } from 'vitest'
import { type LoadedConfig, loadConfig } from '../src/config/load-config.ts'

const dir = mkdtempSync(join(tmpdir(), 'dureq-config-'))
afterAll(() => rmSync(dir, { recursive: true }))

const write = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text)
  return name
}

const load = (...sources: Parameters<typeof loadConfig>): LoadedConfig['config'] =>
  loadConfig(...sources).config

it('comes from a file, with the environment over it', () => {
  const path = write('good.json', JSON.stringify({ port: 1, concurrency: 7, redis: { url: 'redis://a' } }))
  const fromOption = load({ path, env: { DUREQ_PORT: '2' }, cwd: dir })
  expect(fromOption).toMatchObject({
    port: 2,
    concurrency: 7,
    redis: { url: 'redis://a', keyPrefix: 'dureq' },
  })
  expect(load({ env: { DUREQ_CONFIG_PATH: join(dir, path) }, cwd: '/' })).toMatchObject({ port: 1 })
  write('other.json', '{"port":3}')
  const env = { DUREQ_CONFIG_PATH: join(dir, path) }
  expect(load({ path: 'other.json', env, cwd: dir })).toMatchObject({ port: 3 })
})

it('finds the modules of handlers from the file, or from where it is started', () => {
  const module = write('handlers.mjs', 'export default () => {}')
  const path = join(dir, write('modules.json', JSON.stringify({ handlers: [`./${module}`] })))
  expect(load({ path, env: {}, cwd: '/' }).handlers).toEqual([join(dir, module)])
  expect(load({ env: { DUREQ_HANDLERS: module }, cwd: dir }).handlers).toEqual([join(dir, module)])
})

it('is refused with everything that is wrong in file and environment', () => {
  const path = write('bad.json', JSON.stringify({ colour: 1, port: 'x', handlers: ['./missing.mjs'] }))
  const refuse = (): unknown => loadConfig({ path, env: { DUREQ_FOO: '1' }, cwd: dir })
  expect(refuse).toThrow(ValidationError)
  expect(refuse).toThrow(
    expect.objectContaining({
      fields: ['DUREQ_FOO', 'colour', 'port', 'handlers[0]'].map((field) =>
        expect.objectContaining({ field }),
      ),
    }),
  )
})

it('says where it found what is wrong', () => {
  const path = write(
    'bad.yaml',
    `# a comment
port: many
settings:
  taskTypes:
    mail.send:
      maxRunning: 0
  tiers:
    - { name: a, minPriority: 1, weight: 1 }
    - name: b
      minPriority: 1
`,
  )
  const problems = problemsOf(() => loadConfig({ path, env: { DUREQ_CONCURRENCY: '0' }, cwd: dir }))
  expect(problems).toContain('port must be integer (bad.yaml:2)')
  expect(problems).toContain('concurrency must be >= 1 (DUREQ_CONCURRENCY)')
})

it('says where it found settings that are wrong', () => {
  const path = write(
    'settings.yaml',
    `settings:
  taskTypes:
    mail.send:
      maxRunning: 0
  tiers:
    - { name: a, minPriority: 1, weight: 1 }
    - name: b
      minPriority: 5
      weight: 0
`,
  )
  expect(problemsOf(() => loadConfig({ path, env: {}, cwd: dir }))).toEqual([
    expect.stringMatching(/^settings\.tiers\[1\]\.weight .*\(settings\.yaml:9\)$/),
    expect.stringMatching(/^settings\.taskTypes\.mail\.send\.maxRunning .*\(settings\.yaml:4\)$/),
  ])
})

it('reads YAML as well as JSON', () => {
  const path = write('good.yml', 'port: 7\nredis: { url: "redis://a" }\nmodes:\n  - queue\n')
  expect(load({ path, env: {}, cwd: dir })).toMatchObject({ port: 7, modes: ['queue'] })
  expect(load({ path: write('empty.yaml', '# nothing yet\n'), env: {}, cwd: dir })).toMatchObject({
    port: 8080,
  })
})

it('needs a page where the dashboard is to be', () => {
  const path = write('pages.yaml', 'dashboardDir: .\n')
  expect(problemsOf(() => loadConfig({ path, env: {}, cwd: dir }))).toEqual([
    'dashboardDir has no index.html (pages.yaml:1)',
  ])
  write('index.html', '<title>a dashboard</title>')
  expect(load({ path, env: {}, cwd: dir }).dashboardDir).toBe(dir)
})

it('takes secrets from files', () => {
  const env = { DUREQ_API_TOKEN_FILE: join(dir, write('token', 'a-token-of-some-length\n')) }
  const { config, originOf } = loadConfig({ env, cwd: dir })
  expect(config.apiToken).toBe('a-token-of-some-length')
  expect(originOf('apiToken')).toBe('DUREQ_API_TOKEN_FILE')
})

it.each([
  ['missing.json', undefined, 'ENOENT'],
  ['broken.json', '{', 'broken.json:1'],
  ['list.json', '[]', 'must hold an object'],
  ['yaml.json', '"port": 1', 'is not JSON'],
  ['twice.json', '{\n"port": 1,\n"port": 2}', 'twice.json:3'],
  ['twice.yaml', 'port: 1\nhost: a\nport: 2\n', 'twice.yaml:3 Map keys must be unique'],
  ['text.yaml', 'port', 'must hold an object'],
  ['broken.yaml', 'port: 1\nhost: @a\n', 'broken.yaml:2'],
  ['two.yaml', 'port: 1\n---\nport: 2\n', 'two.yaml:2'],
])('is refused when %s is no configuration', (name, text, problem) => {
  if (text !== undefined) write(name, text)
  expect(problemsOf(() => loadConfig({ path: name, env: {}, cwd: dir })).join('\n')).toContain(problem)
})

function problemsOf(refused: () => unknown): readonly string[] {
  try {
    refused()
  } catch (error) {
    if (ValidationError.is(error)) return error.fields.map(({ field, problem }) => `${field} ${problem}`)
    throw error
  }
  return []
}
