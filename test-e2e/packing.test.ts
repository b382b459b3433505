import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { root } from './support/paths.ts'
import { runProgram } from './support/program.ts'
import { type PackedName, packAll } from './support/tarballs.ts'
import { makeTempDir, tempDir } from './support/temp-dir.ts'

let tarballs: Readonly<Record<PackedName, string>>

beforeAll(async () => {
  const { dir, remove } = makeTempDir()
  tarballs = await packAll(dir)
  return remove
})

describe('the packages as published', () => {
  it.each<PackedName>([
    'types',
    'calendar',
    'dag',
    'runtime',
    'client',
    'scheduler',
    'worker',
    'workflow',
    'batch',
    'sqlite-store',
    'redis-store',
  ])('%s holds what runs, and nothing else', async (name) => {
    const files = await filesIn(tarballs[name])
    expect(files).toEqual(
      expect.arrayContaining(['dist/index.js', 'dist/index.d.ts', 'README.md', 'package.json']),
    )
    const kinds = new Set(files.map((file) => file.split('/')[0]))
    const others = [
      'LICENSE',
      'README.md',
      'dist',
      'package.json',
      ...(name === 'redis-store' ? ['lua'] : []),
    ]
    expect(others).toEqual(expect.arrayContaining([...kinds]))
    expect(files.filter((file) => /\.test\./.test(file))).toEqual([])
    const manifest = await runProgram('tar', ['-xzOf', tarballs[name], 'package/package.json'], {
      cwd: root,
    })
    expect(manifest).not.toMatch(/@dureq\/source|workspace:|catalog:|\.\/src/)
  })

  it('the Redis store brings its scripts', async () => {
    const files = await filesIn(tarballs['redis-store'])
    expect(files).toContain('lua/enqueue.lua')
    expect(files).toContain('lua/claim.lua')
  })

  it('the producer runs with what npm installs for it, outside of the repository', async () => {
    const cwd = tempDir()
    const file = (name: PackedName): string => `file:${tarballs[name]}`
    const manifest = {
      private: true,
      type: 'module',
      dependencies: { '@dureq/client': file('client'), '@dureq/sqlite-store': file('sqlite-store') },
      // Not published yet, so they come from the same place as what needs them.
      overrides: {
        '@dureq/types': file('types'),
        '@dureq/calendar': file('calendar'),
        '@dureq/dag': file('dag'),
        '@dureq/runtime': file('runtime'),
      },
    }
    writeFileSync(join(cwd, 'package.json'), JSON.stringify(manifest))
    await runProgram('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd })
    copyFileSync(join(root, 'examples/producer/main.mjs'), join(cwd, 'main.mjs'))

    const output = await runProgram('node', ['main.mjs'], { cwd })
    expect(output).toContain("pending { to: 'grace@example.com' }")
    const lock = readFileSync(join(cwd, 'package-lock.json'), 'utf8')
    expect(lock).not.toContain('node_modules/@dureq/worker')
    expect(lock).not.toContain('node_modules/ioredis')
  })
})

/** The paths of a tarball's files, from the root of the package. */
async function filesIn(tarball: string): Promise<readonly string[]> {
  const list = await runProgram('tar', ['-tzf', tarball], { cwd: root })
  return list.split('\n').flatMap((path) => (path === '' ? [] : [path.replace(/^package\//, '')]))
}
