// What start.mjs and test.mjs share. Needs nothing but Node and npm: pnpm comes from the registry, in its pinned
// version, into node_modules/.cache.

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '..')
const cache = join(root, 'node_modules/.cache/dureq')
const pnpmHome = join(cache, 'pnpm')
const bins = [join(root, 'node_modules/.bin'), join(pnpmHome, 'node_modules/.bin')]

const env = {
  ...process.env,
  CI: 'true', // nothing may ask a question
  TURBO_TELEMETRY_DISABLED: '1',
  ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }), // several tools colour whatever they write under CI
  PATH: [...bins, process.env.PATH].join(delimiter),
}

/** Runs a command at the root, with `vars` in its environment; resolves with its exit code and, if `capture`, its output. */
export function run(command, args, { capture = false, vars = {} } = {}) {
  return new Promise((resolve) => {
    const stdio = ['ignore', ...(capture ? ['pipe', 'pipe'] : ['inherit', 'inherit'])]
    const child = spawn(command, args, { cwd: root, env: { ...env, ...vars }, stdio })
    let output = ''
    child.stdout?.on('data', (chunk) => {
      output += chunk
    })
    child.stderr?.on('data', (chunk) => {
      output += chunk
    })
    child.on('error', (error) => resolve({ code: 127, output: `${output}${error.message}\n` }))
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

/** Runs a command the rest depends on: shows its output only when it fails, and ends the process then. */
export async function must(command, args) {
  const { code, output } = await run(command, args, { capture: true })
  if (code === 0) return
  process.stderr.write(output)
  console.error(`failed: ${command} ${args.join(' ')}`)
  process.exit(1)
}

async function ensurePnpm() {
  const wanted = readJson(join(root, 'package.json')).packageManager.split('@')[1]
  const manifest = join(pnpmHome, 'node_modules/pnpm/package.json')
  if (existsSync(manifest) && readJson(manifest).version === wanted) return
  mkdirSync(pnpmHome, { recursive: true })
  writeFileSync(join(pnpmHome, 'package.json'), '{ "private": true }\n')
  await must('npm', [
    'install',
    '--prefix',
    pnpmHome,
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    `pnpm@${wanted}`,
  ])
}

/**
 * Installs from the lock file: everything, or only what building and running the server needs. A checkout that has
 * everything keeps it, whichever is asked for.
 */
export async function install(scope) {
  const state = fingerprint(['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests()])
  const hasAll = existsSync(join(root, 'node_modules/.bin/vitest'))
  if (readStamp('install') === `${state} all` && hasAll) return
  if (readStamp('install') === `${state} server` && scope === 'server') return

  const all = hasAll || scope === 'all'
  const only = ['--prod', '--filter', '.', '--filter', '@dureq/server...']
  dropStamp('install')
  await ensurePnpm()
  await must('pnpm', ['install', '--frozen-lockfile', ...(all ? [] : only)])
  writeStamp('install', `${state} ${all ? 'all' : 'server'}`)
}

/** Builds the server and the packages it is made of with plain tsc, unless their sources are those of the last build. */
export async function buildServer() {
  const state = buildState()
  if (readStamp('build') === state && existsSync(join(root, 'apps/server/dist/main.js'))) return
  dropStamp('build')
  await must('pnpm', ['--filter-prod', '@dureq/server...', 'run', 'build'])
  writeStamp('build', state)
}

/** Notes that everything is built. */
export const stampBuild = () => writeStamp('build', buildState())
export const dropBuildStamp = () => dropStamp('build')

function buildState() {
  const sources = workspaces().flatMap((dir) => filesBelow(`${dir}/src`))
  return fingerprint([
    'tsconfig.base.json',
    'tsconfig.build.json',
    'pnpm-lock.yaml',
    ...manifests(),
    ...sources,
  ])
}

function workspaces() {
  return ['packages', 'apps'].flatMap((dir) => readdirSync(join(root, dir)).map((name) => `${dir}/${name}`))
}

function manifests() {
  const examples = readdirSync(join(root, 'examples')).map((name) => `examples/${name}`)
  return [...workspaces(), ...examples, 'test-e2e']
    .map((dir) => `${dir}/package.json`)
    .filter((file) => existsSync(join(root, file)))
}

function filesBelow(dir) {
  if (!existsSync(join(root, dir))) return []
  const entries = readdirSync(join(root, dir), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

function fingerprint(files) {
  const hash = createHash('sha256').update(process.version)
  for (const file of files) hash.update(file).update(readFileSync(resolve(root, file)))
  return hash.digest('hex')
}

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))
const stampFile = (name) => join(cache, `${name}.stamp`)
const readStamp = (name) => (existsSync(stampFile(name)) ? readFileSync(stampFile(name), 'utf8') : undefined)
const dropStamp = (name) => rmSync(stampFile(name), { force: true })
function writeStamp(name, state) {
  mkdirSync(cache, { recursive: true })
  writeFileSync(stampFile(name), state)
}
