// `npm test`, `pnpm check`: everything that must hold, in this order. A failure does not stop the later steps, so that one
// run shows all of them; the last line counts the tests.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dropBuildStamp, install, must, root, run, stampBuild } from './toolchain.mjs'

const temp = mkdtempSync(join(tmpdir(), 'dureq-check-'))
const failedSteps = []
const tests = { passed: 0, failed: 0, skipped: 0 }
process.on('exit', finish)

await ensure({
  binary: 'redis-server',
  package: 'redis-server',
  why: 'The tests start their own Redis 7 or later',
})
await ensure({ binary: 'chromium', package: 'chromium', why: 'The tests look at pages in a browser' })
await timed('install', () => install('all'))
await inParallel([
  ['format', 'biome', ['ci', '--colors=off']],
  ['lint', 'oxlint', ['--type-aware', '--deny-warnings']],
  ['typecheck', 'tsc', ['-p', 'tsconfig.json']],
  ['architecture', 'node', ['scripts/check-architecture.mjs']],
  ['unused code', 'knip', ['--no-config-hints']],
])
await vitest('tests', ['unit', 'types', 'integration'])
if (await build()) {
  await checkTarballs()
  await vitest('e2e tests', ['e2e'], { PACKED_TARBALLS: temp })
}

/** A program the tests need: installs it where that can be done, and says so where it cannot. */
async function ensure({ binary, package: name, why }) {
  const version = await run(binary, ['--version'], { capture: true })
  if (version.code === 0) return
  const canInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  if (!canInstall) {
    console.error(`${why}: please install ${binary} so that it is on PATH.`)
    process.exit(1)
  }
  console.log(`installing ${name}`)
  await must('apt-get', ['update'])
  await must('env', ['DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', '-y', name])
}

async function build() {
  dropBuildStamp()
  const ok = await step('build', 'turbo', ['run', 'build', '--output-logs=errors-only'])
  if (ok) stampBuild()
  return ok
}

/** Packs each public package as it would be published and lets publint and attw look at the result. */
async function checkTarballs() {
  const selected = publicPackages().flatMap((name) => ['--filter', name])
  const packed = await step('pack', 'pnpm', [...selected, '-r', 'pack', '--pack-destination', temp])
  if (!packed) return
  const tarballs = readdirSync(temp).filter((file) => file.endsWith('.tgz'))
  await inParallel(
    tarballs.flatMap((file) => [
      [`publint ${file}`, 'publint', ['run', join(temp, file), '--strict']],
      [`attw ${file}`, 'attw', [join(temp, file), '--profile', 'esm-only']],
    ]),
  )
}

function publicPackages() {
  const paths = readdirSync(join(root, 'packages')).map((dir) => join(root, 'packages', dir, 'package.json'))
  const manifests = paths.filter(existsSync).map((path) => JSON.parse(readFileSync(path, 'utf8')))
  return manifests.filter((manifest) => !manifest.private).map((manifest) => manifest.name)
}

async function vitest(name, projects, vars = {}) {
  const report = join(temp, `${projects[0]}.json`)
  const selected = projects.flatMap((project) => ['--project', project])
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  console.log(`\n> ${name}`)
  const { code } = await run('vitest', ['run', ...selected, ...reporters], { vars })
  const failed = existsSync(report) ? count(JSON.parse(readFileSync(report, 'utf8'))) : 0
  if (code === 0) return
  failedSteps.push(name)
  if (failed === 0) tests.failed += 1 // what failed was not a test: the setup, or vitest itself
}

/** Adds a report to the sums; returns its failures. */
function count(report) {
  // A file that does not even load has no tests to fail: it counts as one.
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  )
  const failed = report.numFailedTests + broken.length
  tests.passed += report.numPassedTests
  tests.skipped += report.numPendingTests + report.numTodoTests
  tests.failed += failed
  return failed
}

async function step(name, command, args) {
  const started = performance.now()
  const { code, output } = await run(command, args, { capture: true })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`)
  if (code !== 0) {
    process.stdout.write(output)
    failedSteps.push(name)
  }
  return code === 0
}

/** Two steps at a time. */
async function inParallel(steps) {
  const waiting = [...steps]
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await step(...next)
  }
  await Promise.all([lane(), lane()])
}

async function timed(name, action) {
  const started = performance.now()
  await action()
  console.log(`ok     ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
}

function finish(code) {
  rmSync(temp, { recursive: true, force: true })
  const failed = code !== 0 || failedSteps.length > 0 || tests.failed > 0
  const skipped = tests.skipped > 0 ? `, ${tests.skipped} skipped` : ''
  if (failedSteps.length > 0) console.log(`\nfailed: ${failedSteps.join(', ')}`)
  console.log(`${tests.passed} passed, ${tests.failed} failed${skipped}`)
  process.exitCode = failed ? 1 : 0
}
