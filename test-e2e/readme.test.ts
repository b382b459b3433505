import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { root, tool } from './support/paths.ts'
import { runProgram } from './support/program.ts'
import { tempDir } from './support/temp-dir.ts'

/** A place for programs that finds our packages as built, as a user's finds those installed. */
function userDir(): string {
  const dir = tempDir()
  symlinkSync(join(root, 'test-e2e/node_modules'), join(dir, 'node_modules'))
  return dir
}

function firstProgram(readme: string): string {
  const block = /```ts\n([\s\S]*?)```/.exec(readme)?.[1]
  if (block === undefined) throw new Error('no ts code block')
  return block
}

const tscFlags = ['--strict', '--target', 'es2022', '--module', 'nodenext', '--types', 'node']

describe('the first program of the README', () => {
  it.each(['SQLite', 'Redis'])('compiles, and runs as printed on %s', async (name) => {
    const cwd = userDir()
    writeFileSync(join(cwd, 'first.mts'), firstProgram(readFileSync(join(root, 'README.md'), 'utf8')))
    const typeRoots = join(root, 'node_modules/@types')
    await runProgram(tool('tsc'), [...tscFlags, '--typeRoots', typeRoots, 'first.mts'], { cwd })

    const env = name === 'Redis' ? { REDIS_URL: `redis://127.0.0.1:${inject('redisPort')}/2` } : {}
    const output = await runProgram('node', ['first.mjs'], { cwd, env })
    expect(output).toMatch(/^\w{20} to ada@example\.com\n$/)
  })
})
