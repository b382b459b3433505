import { readFileSync } from 'node:fs'
import { formatWithOptions } from 'node:util'
import { expect, it, vi } from 'vitest'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

it('shows a program that runs, and what it prints', async () => {
  const [, program] = read('./fixtures/readme-program.ts').split(/^\/\*.*\*\/\n/)
  const [, shown, printed] =
    /```ts\n([\s\S]*?)```[\s\S]*?```text\n([\s\S]*?)```/.exec(read('../README.md')) ?? []
  expect(shown).toBe(program)

  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  await import('./fixtures/readme-program.ts')
  const lines = log.mock.calls.map((values) => `${formatWithOptions({ colors: false }, ...values)}\n`)
  log.mockRestore()
  expect(lines.join('')).toBe(printed)
})
