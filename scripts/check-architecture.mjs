// Fails when a file or a package.json breaks the direction of imports. Cycles between files are oxlint's job.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join, relative, resolve } from 'node:path'

// What the sources of a package may import of ours. Engines do not appear: they meet in the store.
const ALLOWED = {
  types: [],
  calendar: ['types'],
  dag: ['types'],
  runtime: ['types'],
  'redis-store': ['types', 'runtime'],
  'sqlite-store': ['types', 'runtime'],
  'store-testing': ['types', 'runtime'],
  client: ['types', 'calendar', 'dag', 'runtime'],
  scheduler: ['types', 'calendar', 'runtime', 'client'],
  worker: ['types', 'runtime'],
  workflow: ['types', 'dag', 'runtime'],
  batch: ['types', 'runtime'],
  monitor: ['types', 'runtime', 'client'],
}

// What its tests may import as well. Adapters are on no list but these.
const STORES = ['redis-store', 'sqlite-store', 'store-testing']
const ENGINES = ['worker', 'scheduler', 'workflow', 'batch']
const ALLOWED_IN_TESTS = {
  'redis-store': ['store-testing'],
  'sqlite-store': ['store-testing'],
  'store-testing': ['sqlite-store'],
  client: STORES,
  ...Object.fromEntries(ENGINES.map((engine) => [engine, [...STORES, 'client']])),
  workflow: [...STORES, 'client', 'worker'],
  batch: [...STORES, 'client', 'worker'],
  monitor: [...STORES, ...ENGINES],
}

// Compositions may import everything they list.
const COMPOSITIONS = ['apps/server', 'packages/simulation', 'test-e2e', 'bench']

const SCOPE = '@dureq/'
const root = resolve(import.meta.dirname, '..')
const problems = []

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))
const children = (dir) =>
  existsSync(join(root, dir)) ? readdirSync(join(root, dir)).map((name) => `${dir}/${name}`) : []
const isTest = (file) => /\.test(-d)?\.ts$/.test(file) || /(^|\/)test\//.test(file)
const ours = (name) => (name.startsWith(SCOPE) ? name.slice(SCOPE.length) : undefined)

const rootManifest = readJson(join(root, 'package.json'))
const sharedTools = Object.keys({ ...rootManifest.dependencies, ...rootManifest.devDependencies })

function loadPackage(dir) {
  const manifest = readJson(join(root, dir, 'package.json'))
  const name = ours(manifest.name) ?? manifest.name
  const composition = COMPOSITIONS.includes(dir) || dir.startsWith('examples/')
  if (!composition && !(name in ALLOWED))
    problems.push(`${dir}: not in the table of scripts/check-architecture.mjs`)
  return {
    dir,
    name,
    composition,
    allowed: ALLOWED[name] ?? [],
    allowedInTests: [...(ALLOWED[name] ?? []), ...(ALLOWED_IN_TESTS[name] ?? [])],
    dependencies: Object.keys({
      ...manifest.dependencies,
      ...manifest.peerDependencies,
      ...manifest.optionalDependencies,
    }),
    devDependencies: Object.keys(manifest.devDependencies ?? {}),
  }
}

function sourceFiles(dir, prefix = '') {
  return readdirSync(join(root, dir), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules' || entry.name === 'dist') return []
    if (entry.isDirectory()) return sourceFiles(`${dir}/${entry.name}`, `${prefix}${entry.name}/`)
    return /\.[cm]?[jt]s$/.test(entry.name) ? [prefix + entry.name] : []
  })
}

function importsOf(path) {
  const code = readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
  const patterns = [
    /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /\bimport\(\s*['"]([^'"]+)['"]/g,
  ]
  return patterns.flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[1]))
}

/** Why this package must not import this of ours, or undefined when it may. */
function forbidden(pkg, target, inTests) {
  const allowed = inTests ? pkg.allowedInTests : pkg.allowed
  if (target === undefined || target === pkg.name || pkg.composition || allowed.includes(target)) return
  return `${pkg.name}${inTests ? ' (tests)' : ''} must not import ${SCOPE}${target}`
}

function checkImport(pkg, file, specifier) {
  const report = (why) => problems.push(`${pkg.dir}/${file}: ${why}`)
  if (specifier.startsWith('.')) {
    const target = relative(join(root, pkg.dir), resolve(root, pkg.dir, file, '..', specifier))
    // What a package is held against in its tests, the whole system is as well.
    if (pkg.dir === 'test-e2e' && /^\.\.\/packages\/[^/]+\/test\//.test(target)) return
    if (target.startsWith('..')) report(`'${specifier}' leaves the package`)
    return
  }
  if (isBuiltin(specifier)) return

  const inTests = isTest(file) || pkg.dir === 'test-e2e'
  const parts = specifier.split('/')
  const name = parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
  const target = ours(name)
  const isDeep = specifier !== name && specifier !== `${name}/package.json`
  if (target !== undefined && isDeep) report(`'${specifier}' is a deep import`)
  const why = forbidden(pkg, target, inTests)
  if (why) report(why)
  const listed = inTests ? [...pkg.dependencies, ...pkg.devDependencies, ...sharedTools] : pkg.dependencies
  if (target !== pkg.name && !listed.includes(name)) report(`'${name}' is not listed in its package.json`)
}

function checkManifest(pkg) {
  const reasons = [
    ...pkg.dependencies.map((name) => forbidden(pkg, ours(name), false)),
    ...pkg.devDependencies.map((name) => forbidden(pkg, ours(name), true)),
  ]
  for (const why of reasons.filter(Boolean)) problems.push(`${pkg.dir}/package.json: ${why}`)
}

function checkCycles(packages) {
  const neighbours = (pkg) => [...pkg.dependencies, ...pkg.devDependencies].map(ours)
  const edges = new Map(packages.map((pkg) => [pkg.name, neighbours(pkg)]))
  const done = new Set()
  const visit = (name, path) => {
    if (path.includes(name))
      problems.push(`cycle of packages: ${[...path.slice(path.indexOf(name)), name].join(' -> ')}`)
    else if (!done.has(name)) for (const next of edges.get(name) ?? []) visit(next, [...path, name])
    done.add(name)
  }
  for (const name of edges.keys()) visit(name, [])
}

const dirs = [...children('packages'), ...children('apps'), ...children('examples'), 'test-e2e', 'bench']
const packages = dirs.filter((dir) => existsSync(join(root, dir, 'package.json'))).map(loadPackage)
for (const pkg of packages) {
  checkManifest(pkg)
  for (const file of sourceFiles(pkg.dir))
    for (const specifier of importsOf(join(root, pkg.dir, file))) checkImport(pkg, file, specifier)
}
checkCycles(packages)

for (const problem of problems) console.error(problem)
console.log(`${packages.length} packages, ${problems.length} problems`)
process.exitCode = problems.length > 0 ? 1 : 0
