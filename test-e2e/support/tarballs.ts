import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './paths.ts'
import { runProgram } from './program.ts'

/** The packages a user of both stores gets. */
const packages = [
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
] as const

/** The name of a packed package, without its scope. */
export type PackedName = (typeof packages)[number]

/**
 * Where the tarball of each package is: packed as it would be published, into a directory of its own below `dir`; or,
 * if `PACKED_TARBALLS` names a directory, those that `npm test` has packed and checked already.
 */
export async function packAll(dir: string): Promise<Readonly<Record<PackedName, string>>> {
  const packed = process.env['PACKED_TARBALLS'] ?? (await pack(join(dir, 'tarballs')))
  const files = readdirSync(packed).filter((file) => file.endsWith('.tgz'))
  const entries = packages.map((name) => {
    const version = versionOf(name)
    const file = `dureq-${name}-${version}.tgz`
    if (!files.includes(file)) throw new Error(`${file} is not among ${files.join(', ')}`)
    return [name, join(packed, file)] as const
  })
  return Object.fromEntries(entries) as Record<PackedName, string>
}

async function pack(destination: string): Promise<string> {
  mkdirSync(destination)
  const filters = packages.flatMap((name) => ['--filter', `@dureq/${name}`])
  // Where scripts/toolchain.mjs has put the pinned pnpm.
  const pnpm = join(root, 'node_modules/.cache/dureq/pnpm/node_modules/.bin/pnpm')
  await runProgram(pnpm, [...filters, '-r', 'pack', '--pack-destination', destination], { cwd: root })
  return destination
}

function versionOf(name: PackedName): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))
  return (manifest as { version: string }).version
}
