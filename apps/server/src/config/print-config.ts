import { Document, isScalar, type Scalar } from 'yaml'
import { isMarked } from './is-secret.ts'
import type { LoadedConfig } from './load-config.ts'
import type { ItemSchema, OptionSchema } from './option.ts'
import { type Given, getPath, setPath } from './paths.ts'
import { options } from './schema.ts'

const HIDDEN = '***'

/**
 * What `--print-config` prints: every option that has a value, as YAML a node could be started with, each with who set it.
 * What is secret is hidden.
 */
export function printConfig({ config, originOf }: LoadedConfig): string {
  const shown: Given = {}
  const paths = Object.keys(options).filter((path) => getPath(config, path) !== undefined)
  for (const path of paths)
    setPath(shown, path, hideSecrets(getPath(config, path), options[path] as OptionSchema))
  const document = new Document(shown)
  for (const path of paths) comment(document, path, originOf(path) ?? 'default')
  return document.toString({ lineWidth: 0 })
}

/** Lists and objects carry the comment before them, where there is room. */
function comment(document: Document, path: string, origin: string): void {
  const node = document.getIn(path.split('.'), true)
  if (isScalar(node)) node.comment = ` ${origin}`
  else if (node !== undefined) (node as Scalar).commentBefore = ` ${origin}`
}

/** The value without what its schema marks as secret. */
export function hideSecrets(value: unknown, schema: Pick<OptionSchema, 'secret' | 'items'>): unknown {
  if (schema.secret === true) return hide(value)
  const { items } = schema
  if (items?.type !== 'object' || !Array.isArray(value)) return value
  return value.map((item) => hideMembers(item, items.properties))
}

function hideMembers(item: object, properties: (ItemSchema & { type: 'object' })['properties']): object {
  const members = Object.entries(item).map(([name, value]: [string, unknown]) => [
    name,
    isMarked(properties[name] ?? {}) ? hide(value) : value,
  ])
  return Object.fromEntries(members) as object
}

/** Of a URL of Redis is shown where it leads. */
function hide(value: unknown): string {
  const text = String(value)
  if (!/^rediss?:/.test(text) || !URL.canParse(text)) return HIDDEN
  const { protocol, username, password, host, pathname } = new URL(text)
  return `${protocol}//${username === '' && password === '' ? '' : `${HIDDEN}@`}${host}${pathname}`
}
