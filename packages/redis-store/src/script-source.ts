import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { FixedKey } from './keys.ts'

const FOLDER = new URL('../lua/', import.meta.url)

/** A script as Redis knows it: a function of a library of its own. */
export interface ScriptSource {
  /** Name of the function and of its library; another text has another name. */
  readonly name: string
  /** The fixed keys it is given. */
  readonly keys: readonly FixedKey[]
  /** What `FUNCTION LOAD` takes. */
  readonly library: string
  /** The same for `EVAL`: slower, but also a full server runs it. */
  readonly script: string
}

const read = new Map<string, ScriptSource>()

/** `readScript`, once in a process: to put a script together takes a millisecond or two, and there are forty of them. */
export function scriptSource(script: string): ScriptSource {
  const known = read.get(script)
  if (known !== undefined) return known
  const source = readScript(script)
  read.set(script, source)
  return source
}

/**
 * Reads `lua/<name>.lua`, puts each library it names with `--- @include "x"` in its place, once, after the libraries
 * that one names, and makes a Redis function of it. The folder lies beside `src` and `dist` alike.
 *
 * A function is compiled and built once; a script sent with EVALSHA would make all its tables and closures anew at every
 * call, which takes longer than most calls do.
 */
export function readScript(script: string): ScriptSource {
  const { text, keys } = nameKeys(expand(script))
  const [, flags = '', body = ''] = /^#!lua(?: flags=(\S+))?\n(.*)$/s.exec(text) ?? []
  const name = `dureq_${script.replaceAll('-', '_')}_${createHash('sha1').update(text).digest('hex').slice(0, 12)}`
  return { name, keys, library: libraryOf(name, flags, body), script: scriptOf(flags, body) }
}

function expand(script: string): string {
  const seen = new Set<string>()
  const read = (file: string): string =>
    readFileSync(new URL(file, FOLDER), 'utf8').replace(/^--- @include "(.+)"\n/gm, (_, library: string) => {
      if (seen.has(library)) return ''
      seen.add(library)
      return read(`lib/${library}.lua`)
    })
  return nameFields(read(`${script}.lua`))
}

/**
 * `--- @keys A B C` lists the fixed keys; a script is given those it names, in that order, and each name stands for its place
 * among them. Like those of fields, they are put in here because a Lua function has at most 200 local names.
 */
function nameKeys(text: string): { readonly text: string; readonly keys: readonly FixedKey[] } {
  const [line, names = ''] = /^--- @keys (.+)\n/m.exec(text) ?? ['']
  const body = text.replace(line, '')
  const used = names
    .split(' ')
    .filter((name) => new RegExp(`\\b${name}\\b`).test(body.replace(/^--.*$/gm, '')))
  const places = new Map(used.map((name, i) => [name, `KEYS[${i + 1}]`]))
  return {
    text: putIn(body, places),
    keys: used.map((name) => name.toLowerCase().replaceAll('_', '-') as FixedKey),
  }
}

/**
 * `--- @fields A B C` gives names to the fields of a record: each stands for its number. They are put in here because a
 * Lua function has at most 200 local names, and because a number is found faster than a name.
 */
function nameFields(text: string): string {
  const numbers = new Map<string, string>()
  const rest = text.replace(/^--- @fields (.+)\n/gm, (_, names: string) => {
    for (const [i, name] of names.split(' ').entries()) numbers.set(name, String(i + 1))
    return ''
  })
  return putIn(rest, numbers)
}

function putIn(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(COMMENT_STRING_OR_NAME, (part) => values.get(part) ?? part)
}

const COMMENT_STRING_OR_NAME = /--[^\n]*|'(?:[^'\\]|\\.)*'|\b[A-Z_]+\b/g

/**
 * What a text hands to `atStart` begins every call, in order; `run` is the call. Redis lets a library do nothing but
 * register while it is loaded, so it is built by its first call.
 */
function callable(body: string): string {
  return `local starts, run = {}, nil
local function atStart(start) starts[#starts + 1] = start end
local function build()
${body}
end
local function call()
  if not run then build() end
  for i = 1, #starts do starts[i]() end
  return run()
end`
}

function libraryOf(name: string, flags: string, body: string): string {
  return `#!lua name=${name}
local KEYS, ARGV
${callable(body)}
redis.register_function({
  function_name = '${name}',
  flags = { ${flags === '' ? '' : `'${flags}'`} },
  callback = function(keys, args)
    KEYS, ARGV = keys, args
    return call()
  end,
})
`
}

function scriptOf(flags: string, body: string): string {
  return `#!lua${flags === '' ? '' : ` flags=${flags}`}
local KEYS, ARGV = KEYS, ARGV
${callable(body)}
return call()
`
}
