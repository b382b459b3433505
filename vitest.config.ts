import { defineConfig, type ViteUserConfig } from 'vitest/config'

// Our packages resolve to each other's src: no test waits for a build.
const conditions = ['@dureq/source', 'module', 'node', 'development|production']

const config: ViteUserConfig = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    passWithNoTests: true,
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['{packages,apps}/*/src/**/*.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'types',
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ['{packages,apps}/*/{src,test}/**/*.test-d.ts'],
            tsconfig: './tsconfig.json',
            ignoreSourceErrors: true, // they are the typecheck's to report
          },
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['{packages,apps}/*/test/**/*.test.ts'],
          globalSetup: ['./vitest.redis.ts'],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test-e2e/**/*.test.ts'],
          globalSetup: ['./vitest.redis.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})

export default config
