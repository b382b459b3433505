import type { InstanceHead, InstanceQuery, InstanceSearchPage, PageRequest } from '@dureq/types'
import { instanceMatch, payloadHolds } from '@dureq/types'
import { definitionHashOf } from '../instances/head-text.ts'
import type { PartitionKeys } from '../keys.ts'
import { readTexts } from '../read-jobs.ts'
import type { Space } from '../space.ts'
import { namedCounters } from './list-instances.ts'
import { pageOfSearch } from './page-of-search.ts'
import { readInstances } from './read-instances.ts'
import { SORTED_MARK, walkSorted } from './sorted-walk.ts'
import { type Candidate, idsIn } from './walk.ts'

/** Workflows or batches by a value in what they were started with; see `InspectorRole.searchInstances`. */
export async function searchInstances(
  space: Space,
  kind: 'workflow' | 'batch',
  query: InstanceQuery,
  page: Pick<PageRequest, 'limit' | 'cursor'>,
): Promise<InstanceSearchPage> {
  const { name } = query
  const sources = await namedCounters(space, kind, name === undefined ? {} : { name })
  return pageOfSearch(
    {
      listing: JSON.stringify(['search', kind, query.path, query.value, name ?? null]),
      mark: SORTED_MARK,
      walk: (mark) => walkSorted(space, sources, 'backward', mark),
      read: (candidates) => readMatching(space, candidates, kind, query),
    },
    page,
  )
}

async function readMatching(
  space: Space,
  candidates: readonly Candidate[],
  kind: 'workflow' | 'batch',
  query: InstanceQuery,
): Promise<readonly (InstanceHead | undefined)[]> {
  const match = instanceMatch(kind, query)
  const readAll = match.text === 'input' ? readInputs : readDefinitions
  const matching = new Set<string>()
  await Promise.all(
    space.partitions.map(async (partition) => {
      for (const [text, ids] of await readAll(space, partition, idsIn(partition, candidates)))
        if (payloadHolds(text, match.query)) for (const id of ids) matching.add(id)
    }),
  )
  const wanted = candidates.filter(({ id }) => matching.has(id))
  const heads = new Map(
    (await readInstances(space, wanted)).flatMap((head) => (head ? [[head.id, head]] : [])),
  )
  return candidates.map(({ id }) => heads.get(id))
}

/** Texts, and the instances each is of. */
type TextsOf = Iterable<readonly [text: string, ids: readonly string[]]>

async function readInputs(space: Space, partition: PartitionKeys, ids: readonly string[]): Promise<TextsOf> {
  return [...(await readTexts(space, partition, 'in', ids))].map(([id, text]) => [text, [id]])
}

/** Many instances may have one definition. */
async function readDefinitions(
  space: Space,
  partition: PartitionKeys,
  ids: readonly string[],
): Promise<TextsOf> {
  const idsOf = new Map<string, string[]>()
  for (const [id, head] of await readTexts(space, partition, 'i', ids)) {
    const hash = definitionHashOf(head)
    const known = idsOf.get(hash)
    if (known === undefined) idsOf.set(hash, [id])
    else known.push(id)
  }
  const texts = await readTexts(space, partition, 'd', [...idsOf.keys()])
  return [...texts].map(([hash, text]) => [text, idsOf.get(hash) ?? []])
}
