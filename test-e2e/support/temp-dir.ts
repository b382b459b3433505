import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** An empty directory outside the repository, and how to remove it. */
export function makeTempDir(): { readonly dir: string; readonly remove: () => void } {
  const dir = mkdtempSync(join(realpathSync(tmpdir()), 'dureq-e2e-'))
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) }
}

/** The same for the test that is running: removed when it is over. */
export function tempDir(): string {
  const { dir, remove } = makeTempDir()
  onTestFinished(remove)
  return dir
}
