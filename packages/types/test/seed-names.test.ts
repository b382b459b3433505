import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'

// docs/seed-names.md says what became of every name of the vocabulary. These tests keep it complete and true.

const root = resolve(import.meta.dirname, '../../..')
const seedNames = readFileSync(join(import.meta.dirname, 'seed-names.txt'), 'utf8')
  .trim()
  .split('\n')
const rows = readRows(readFileSync(join(root, 'docs/seed-names.md'), 'utf8'))

test('every name of the seed has exactly one row', () => {
  expect(rows.map((row) => row.seed).sort()).toEqual([...seedNames].sort())
})

test('at most 15 names are not needed, each with a reason', () => {
  const notNeeded = rows.filter((row) => row.ours.startsWith('not needed'))
  expect(notNeeded.length).toBeLessThanOrEqual(15)
  for (const row of notNeeded) expect(row.ours).toMatch(/^not needed: .{20,}/)
})

test('every other row names something of ours', () => {
  const empty = rows.filter((row) => !row.ours.startsWith('not needed') && namesIn(row).length === 0)
  expect(empty).toEqual([])
})

test('the compiler finds everything the table names', { timeout: 60_000 }, async () => {
  const names = rows.flatMap((row) => namesIn(row).map((name) => ({ seed: row.seed, name })))
  // The last ones do not exist: if the compiler did not look, they would pass too.
  const canaries = ['noSuchExport', 'JobContext.noSuchMember', "'no-such-text' of JobStatus"]
  const reported = await unresolved([...names, ...canaries.map((name) => ({ seed: 'canary', name }))])
  expect(reported.filter((line) => !line.startsWith('canary'))).toEqual([])
  expect(reported).toHaveLength(canaries.length)
})

interface Row {
  readonly seed: string
  readonly ours: string
}

/** One of our names, and the name of the seed it stands for. */
interface Named {
  readonly seed: string
  readonly name: string
}

function readRows(markdown: string): Row[] {
  return [...markdown.matchAll(/^\| `([\w.]+)` \| (.+) \|$/gm)].map(([, seed = '', ours = '']) => ({
    seed,
    ours,
  }))
}

function namesIn(row: Row): string[] {
  return [...row.ours.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
}

/** The names the compiler does not know, each with what it says. */
async function unresolved(names: readonly Named[]): Promise<string[]> {
  const dir = await mkdtemp(join(tmpdir(), 'dureq-names-'))
  try {
    // One line per name, so that the line of an error tells the name.
    const lines = names.map(({ name }, i) => lookup(name, i))
    const program = [...lines, 'type OneOf<All, One extends All> = One']
    await writeFile(join(dir, 'names.ts'), program.join('\n'))
    await writeFile(join(dir, 'tsconfig.json'), JSON.stringify(config))
    const errors = (await compile(dir)).matchAll(/^names\.ts\((\d+),\d+\): error (.*)$/gm)
    return [...errors].map(([, line, text]) => {
      const named = names[Number(line) - 1]
      return `${named?.seed} -> ${named?.name}: ${text}`
    })
  } finally {
    await rm(dir, { recursive: true })
  }
}

const config = {
  extends: join(root, 'tsconfig.base.json'),
  compilerOptions: {
    typeRoots: [join(root, 'node_modules/@types')],
    rewriteRelativeImportExtensions: false, // our sources are not relative to a temporary directory
    allowImportingTsExtensions: true,
  },
  files: ['names.ts'],
}

/** A line of TypeScript that compiles only if the name exists; the syntax of names is explained in the table. */
function lookup(name: string, i: number): string {
  const literal = /^('.*') of (\w+)$/.exec(name)
  if (literal !== null)
    return `export type N${i} = OneOf<${inPackage('types', literal[2] ?? '')}, ${literal[1]}>`

  const [, packageName = 'types', exported = '', member] =
    /^(?:([\w-]+)#)?(\w+)(?:\.(\w+))?$/.exec(name) ?? []
  if (exported === '') return `a name of unknown form: ${name}`
  if (member === undefined) return `export type { ${exported} as N${i} } from ${quoted(packageName)}`
  // Types begin with a capital, values do not.
  const owner = /^[A-Z]/.test(exported) ? '' : 'typeof '
  return `export type N${i} = (${owner}${inPackage(packageName, exported)})['${member}']`
}

function inPackage(packageName: string, exported: string): string {
  return `import(${quoted(packageName)}).${exported}`
}

function quoted(packageName: string): string {
  return `'${door(packageName)}'`
}

function door(packageName: string): string {
  return join(root, 'packages', packageName, 'src/index.ts')
}

/** What the compiler prints about the program in a directory. */
function compile(dir: string): Promise<string> {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
  expect(existsSync(tsc)).toBe(true)
  return new Promise((done) => {
    execFile(process.execPath, [tsc, '-p', dir, '--pretty', 'false'], { cwd: dir }, (_, stdout) =>
      done(stdout),
    )
  })
}
