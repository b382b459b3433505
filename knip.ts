import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { KnipConfig } from 'knip'

/** A package without code yet has no use for its dependencies; with its first line all are checked. */
function isScaffold(dir: string): boolean {
  const files = existsSync(`${dir}/src`) ? readdirSync(`${dir}/src`, { recursive: true }) : readdirSync(dir)
  const code = files.map(String).filter((file) => file.endsWith('.ts'))
  return code.every(
    (file) => file === 'index.ts' && readFileSync(`${dir}/src/index.ts`, 'utf8') === 'export {}\n',
  )
}

const packages = readdirSync('packages').map((name) => `packages/${name}`)
const scaffolds = [...packages, 'apps/server', 'test-e2e'].filter(isScaffold)

const sources = {
  entry: ['test/**/*.ts', 'src/**/*.test.ts', 'src/**/*.test-d.ts'],
  project: ['src/**/*.ts', 'test/**/*.ts'],
}

const config: KnipConfig = {
  ignoreBinaries: ['redis-server'],
  workspaces: {
    '.': {
      entry: ['scripts/*.mjs', 'vitest.*.ts'],
      project: ['scripts/*.mjs', '*.ts'],
      // The first two are started by scripts/test.mjs; the third is there for every package's unit tests; the build of an
      // installation without dev dependencies needs the types of the fourth.
      ignoreDependencies: ['@arethetypeswrong/cli', 'publint', 'fast-check', '@types/ws'],
    },
    'packages/*': sources,
    // A thread loads these by their URL.
    'packages/worker': { ...sources, entry: [...sources.entry, 'src/keeper/keeper-thread.ts'] },
    'packages/redis-store': { ...sources, entry: [...sources.entry, 'src/beat.ts'] },
    'packages/sqlite-store': { ...sources, entry: [...sources.entry, 'src/beat.ts'] },
    'apps/*': { ...sources, entry: [...sources.entry, 'src/main.ts'] },
    'examples/*': { entry: ['**/*.mjs'] },
    // It lists the whole system, whichever parts a test starts.
    'test-e2e': { entry: ['**/*.ts', 'children/*.mjs'], ignoreDependencies: [/^@dureq\//, 'ioredis'] },
    ...Object.fromEntries(scaffolds.map((dir) => [dir, { ignoreDependencies: [/.*/] }])),
  },
}

export default config
