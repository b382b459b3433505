import type { JobRecord, PageRequest, SearchPage, SearchQuery } from '@dureq/types'
import { jobStatuses, payloadHolds } from '@dureq/types'
import { parseDefinition } from '../definition.ts'
import { readTexts } from '../read-jobs.ts'
import type { Space } from '../space.ts'
import { readCounts } from './counts.ts'
import { creationMark, walkCreation } from './creation-walk.ts'
import { pageOfSearch } from './page-of-search.ts'
import { readCandidates } from './read-candidates.ts'
import { type Candidate, idsIn, walkNothing } from './walk.ts'

/** Jobs by a value in their payload; see `InspectorRole.search`. */
export async function searchJobs(
  space: Space,
  query: SearchQuery,
  page: Pick<PageRequest, 'limit' | 'cursor'>,
): Promise<SearchPage> {
  const types = await wantedTypes(space, query)
  return pageOfSearch(
    {
      listing: JSON.stringify(['search', query.path, query.value, query.taskType ?? null]),
      mark: creationMark(space.partitions.length),
      walk: (mark) => (types?.size === 0 ? walkNothing() : walkCreation(space, 'backward', mark)),
      read: (candidates) => readMatching(space, candidates, query, types),
    },
    page,
  )
}

/** The numbers of the task type that is asked for, one for each partition that knows it; undefined: every type. */
async function wantedTypes(
  space: Space,
  { taskType }: SearchQuery,
): Promise<ReadonlySet<string> | undefined> {
  if (taskType === undefined) return undefined
  const counters = await readCounts(space, jobStatuses, taskType)
  return new Set(counters.map(({ partition, type }) => `${partition.index} ${type}`))
}

async function readMatching(
  space: Space,
  candidates: readonly Candidate[],
  query: SearchQuery,
  types: ReadonlySet<string> | undefined,
): Promise<readonly (JobRecord | undefined)[]> {
  const matching = new Set<string>()
  await Promise.all(
    space.partitions.map(async (partition) => {
      const ids = idsIn(partition, candidates)
      const definitions = [...(await readTexts(space, partition, 'j', ids))]
        .map(([id, text]) => ({ id, ...parseDefinition(text) }))
        .filter(({ type }) => types?.has(`${partition.index} ${type}`) ?? true)
      const big = definitions.filter((definition) => definition.big).map(({ id }) => id)
      const payloads = await readTexts(space, partition, 'y', big)
      for (const { id, payload } of definitions) {
        const text = payloads.get(id) ?? payload
        if (text !== '' && payloadHolds(text, query)) matching.add(id)
      }
    }),
  )
  const rows = await readCandidates(
    space,
    candidates.filter(({ id }) => matching.has(id)),
  )
  const byId = new Map(rows.flatMap((row) => (row === undefined ? [] : [[row.id, row] as const])))
  return candidates.map(({ id }) => byId.get(id))
}
