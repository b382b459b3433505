import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

const FOLDER = new URL('../lua/', import.meta.url)

/** A script as Redis knows it. */
export interface ScriptSource {
  readonly name: string
  readonly text: string
  readonly sha: string
}

/**
 * Reads `lua/<name>.lua` and puts each library it names with `--- @include "x"` in its place, once, after the
 * libraries that one names. The folder lies beside `src` and `dist` alike.
 */
export function readScript(name: string): ScriptSource {
  const seen = new Set<string>()
  const expand = (file: string): string =>
    readFileSync(new URL(file, FOLDER), 'utf8').replace(/^--- @include "(.+)"\n/gm, (_, library: string) => {
      if (seen.has(library)) return ''
      seen.add(library)
      return expand(`lib/${library}.lua`)
    })
  const text = expand(`${name}.lua`)
  return { name, text, sha: createHash('sha1').update(text).digest('hex') }
}
