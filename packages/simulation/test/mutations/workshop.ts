import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createServer, createServerModuleRunner, type Plugin } from 'vite'
import type * as Simulation from '../../src/index.ts'
import type { Mutation } from './mutation.ts'

const packages = join(import.meta.dirname, '../../..')

/** Builds simulations of sources with a bug planted in them. */
export interface Workshop {
  /**
   * The simulation of mutated sources, or, without a mutation, of those that are there.
   *
   * @throws when the code to replace does not stand exactly once in its file.
   */
  build(mutation?: Mutation): Promise<typeof Simulation>
  close(): Promise<void>
}

/** Opens a workshop: what is not mutated is transformed once. */
export async function openWorkshop(): Promise<Workshop> {
  let planted: Mutation | undefined
  const plant: Plugin = {
    name: 'plant-a-bug',
    enforce: 'pre',
    transform(code, id) {
      return planted !== undefined && id === pathOf(planted) ? replaceOnce(code, planted) : undefined
    },
  }
  const server = await createServer({
    configFile: false,
    root: packages,
    logLevel: 'error',
    appType: 'custom',
    server: { middlewareMode: true, watch: null, hmr: false, ws: false },
    resolve: { conditions: ['@dureq/source', 'node'] },
    ssr: { resolve: { conditions: ['@dureq/source', 'node'] } },
    optimizeDeps: { noDiscovery: true, include: [] },
    plugins: [plant],
  })
  const { ssr } = server.environments
  const forget = (mutation: Mutation): void => {
    for (const module of ssr.moduleGraph.getModulesByFile(pathOf(mutation)) ?? [])
      ssr.moduleGraph.invalidateModule(module)
  }
  return {
    async build(mutation) {
      if (mutation !== undefined) {
        replaceOnce(readFileSync(pathOf(mutation), 'utf8'), mutation)
        forget(mutation)
      }
      planted = mutation
      try {
        const runner = createServerModuleRunner(ssr, { hmr: false })
        return await runner.import<typeof Simulation>(join(packages, 'simulation/src/index.ts'))
      } finally {
        planted = undefined
        if (mutation !== undefined) forget(mutation)
      }
    },
    close: () => server.close(),
  }
}

function pathOf({ file }: Mutation): string {
  return join(packages, file)
}

function replaceOnce(source: string, { name, code, instead }: Mutation): string {
  const [before, after, ...more] = source.split(code)
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(
      `the code of "${name}" must stand once in its file, and stands there ${more.length + (after === undefined ? 0 : 1)} times`,
    )
  return before + instead + after
}
