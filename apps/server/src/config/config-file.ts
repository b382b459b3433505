import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { type Faults, isPlainObject } from '@dureq/types'
import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'

/** What a configuration file says, and where it says it. */
export interface ConfigFile {
  readonly path: string
  readonly values: Readonly<Record<string, unknown>>
  /** The line of a field such as `settings.tiers[0].weight`, or of the nearest thing around it that is there. */
  lineOf(field: string): number | undefined
}

/**
 * Reads a file: JSON when its name ends in `.json`, else YAML 1.2, which JSON is a part of. Keys that stand twice are
 * refused. Adds a fault, named by path and line, for everything that keeps it from being read; it then says nothing.
 */
export function readConfigFile(path: string, faults: Faults): ConfigFile {
  const lines = new LineCounter()
  const text = readText(path, faults)
  if (text === undefined) return emptyFile(path)
  const isJson = extname(path) === '.json'
  const document = parseDocument(text, { lineCounter: lines, ...(isJson && { schema: 'json' }) })
  const problems = [...document.errors, ...document.warnings]
  for (const { linePos, message } of problems) {
    const [problem = message] = message.split(/ at line |\n/)
    faults.add(`${path}:${linePos?.[0].line ?? 1}`, problem)
  }
  if (problems.length === 0) {
    if (isJson && !isJsonText(text))
      faults.add(path, 'is not JSON: names and texts need double quotes, and there are no comments')
    const values = readValues(path, document, faults)
    if (isPlainObject(values))
      return { path, values, lineOf: (field) => lineOf(document.contents, field, lines) }
    if (values !== undefined) faults.add(path, 'must hold an object: names of options and their values')
  }
  return emptyFile(path)
}

function readText(path: string, faults: Faults): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    faults.add(path, `cannot be read: ${(error as Error).message}`)
    return undefined
  }
}

/** YAML takes more than JSON does, such as comments; a file called JSON is to be what others read as such. */
function isJsonText(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** A file of nothing but comments says nothing. */
function readValues(path: string, document: Document, faults: Faults): unknown {
  try {
    return document.toJS() ?? {}
  } catch (error) {
    return faults.add(path, (error as Error).message)
  }
}

function emptyFile(path: string): ConfigFile {
  return { path, values: {}, lineOf: () => undefined }
}

/** Follows a field down the document as far as it goes. Names may hold dots, so they are matched, not split. */
function lineOf(contents: unknown, field: string, lines: LineCounter): number | undefined {
  let line: number | undefined
  let here = contents
  let rest = field
  for (;;) {
    const step = isMap(here)
      ? stepInMap(here.items, rest)
      : isSeq(here)
        ? stepInList(here.items, rest)
        : undefined
    if (step === undefined) return line
    const offset = step.at?.range?.[0]
    if (offset !== undefined) line = lines.linePos(offset).line
    here = step.value
    rest = step.rest
  }
}

/** One step on the way to a field: the node that shows where it is, what lies behind it, and what is left of the field. */
interface Step {
  readonly at: Node | undefined
  readonly value: unknown
  readonly rest: string
}

function stepInMap(pairs: readonly { key: unknown; value: unknown }[], field: string): Step | undefined {
  const fitting = pairs.flatMap(({ key, value }): (Step & { name: string })[] => {
    if (!isScalar(key)) return []
    const name = String(key.value)
    const rest = field.slice(name.length)
    return field.startsWith(name) && /^($|\.|\[)/.test(rest)
      ? [{ name, at: key, value, rest: rest.replace(/^\./, '') }]
      : []
  })
  return fitting.toSorted((a, b) => b.name.length - a.name.length)[0]
}

function stepInList(items: readonly unknown[], field: string): Step | undefined {
  const [index, position] = /^\[(\d+)\]\.?/.exec(field) ?? []
  if (index === undefined || !(Number(position) in items)) return undefined
  const value = items[Number(position)]
  return { at: value as Node, value, rest: field.slice(index.length) }
}
