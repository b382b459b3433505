import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Faults } from '@dureq/types'
import { checkConfig } from '../src/config/check-config.ts'
import type { Config } from '../src/config/config.ts'
import { readEnvironment } from '../src/config/environment.ts'
import { setPath } from '../src/config/paths.ts'

/** The root of the repository. */
export const root: string = fileURLToPath(new URL('../../../', import.meta.url))

export function readAtRoot(path: string): string {
  return readFileSync(root + path, 'utf8')
}

/**
 * The configuration that a deployment's variables make. Files it mounts are not here, so what comes from one is given by
 * the name of the variable without `_FILE`.
 *
 * @throws ValidationError naming every variable the server does not know or take.
 */
export function configOf(env: Readonly<Record<string, string>>): Config {
  const faults = new Faults()
  const given = {}
  for (const [path, { value }] of readEnvironment(withoutFiles(env), faults)) setPath(given, path, value)
  const config = checkConfig(given, faults)
  faults.throwIfAny()
  return config
}

function withoutFiles(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => {
      const direct = name.replace(/_FILE$/, '')
      return [direct, direct === name ? value : 'a-secret-of-that-file']
    }),
  )
}
