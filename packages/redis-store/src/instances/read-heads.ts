import type { InstanceHead } from '@dureq/types'
import type { Reply } from '../gateway.ts'
import type { PartitionKeys } from '../keys.ts'
import type { Space } from '../space.ts'
import { type HeadTexts, nameNumberOf, parseHead } from './head-text.ts'

/** The heads of some instances of one partition; undefined where there is none. */
export async function readHeads(
  space: Space,
  partition: PartitionKeys,
  ids: readonly string[],
): Promise<readonly (InstanceHead | undefined)[]> {
  if (ids.length === 0) return []
  return parseHeads(space, partition, ids, await space.run('heads', { partition, args: ids }))
}

/** Takes apart what `Instance.replies` of lua/lib/heads.lua gave for these instances. */
export async function parseHeads(
  space: Space,
  partition: PartitionKeys,
  ids: readonly string[],
  reply: Reply,
): Promise<readonly (InstanceHead | undefined)[]> {
  const [heads, inputs, outputs, newest] = reply as [Texts, Texts, Texts, string[]]
  const found = heads.flatMap((head) => (head === null ? [] : [nameNumberOf(head)]))
  const nameOf = await space.names.lookup(partition, found)
  return ids.map((id, i) => {
    const head = heads[i] ?? null
    if (head === null) return undefined
    const texts = { head, input: inputs[i] ?? null, output: outputs[i] ?? null, newest: newest[i] ?? '' }
    return parseHead(id, texts satisfies HeadTexts, nameOf)
  })
}

type Texts = readonly (string | null)[]
