import type { PartWrite } from '@dureq/types'
import { escaped } from './escaped.ts'
import { type Args, list } from './lists.ts'

/** Three empty lists. */
const NO_PARTS: Args = [0, 0, 0]

/** What `lua/lib/parts.lua` takes of parts. A part that is written twice is as it was written last. */
export function partArgs(parts: readonly PartWrite[] = []): Args {
  if (parts.length === 0) return NO_PARTS
  const last = new Map(parts.map((part) => [part.name, part.text]))
  const written = [...last].filter(([, text]) => text !== undefined) as (readonly [string, string])[]
  const gone = [...last].filter(([, text]) => text === undefined)
  const marks = parts.flatMap(({ name, marks = {} }) =>
    Object.entries(marks).map(([set, order]) => [escaped(set), order ?? '', name] as const),
  )
  return [...list(written, (part) => part), ...list(gone, ([name]) => [name]), ...list(marks, (mark) => mark)]
}

/** About how many bytes parts and the names of their items are worth. */
export function sizeOfParts(parts: readonly PartWrite[] = [], names: readonly string[] = []): number {
  let size = 0
  for (const { text = '' } of parts) size += text.length
  for (const name of names) size += name.length + NAME_WEIGHT
  return size
}

/** What a name weighs beside its text, so that no script takes long. */
const NAME_WEIGHT = 64
