import { systemClock } from '@dureq/runtime'
import type { JobRecord, PageRequest, SearchPage, SearchQuery } from '@dureq/types'
import { jobStatuses, payloadHolds } from '@dureq/types'
import { parseDefinition } from '../definition.ts'
import { readTexts } from '../read-jobs.ts'
import type { Space } from '../space.ts'
import { readCounts } from './counts.ts'
import { creationMark, walkCreation } from './creation-walk.ts'
import { formatCursor, parseCursor } from './cursor.ts'
import { readCandidates } from './read-candidates.ts'
import type { Candidate } from './walk.ts'

/** Jobs one call looks at, and how long it may take in ms, whichever comes first. */
const MOST_JOBS = 5_000
const MOST_MS = 50
/** Jobs looked at before the time is looked at again. */
const PIECE = 250

/** Jobs by a value in their payload; see `InspectorRole.search`. */
export async function searchJobs(
  space: Space,
  query: SearchQuery,
  { limit, cursor }: Pick<PageRequest, 'limit' | 'cursor'>,
): Promise<SearchPage> {
  const listing = JSON.stringify(['search', query.path, query.value, query.taskType ?? null])
  const form = new RegExp(`^${creationMark(space.partitions.length).source}$`)
  const mark = cursor === undefined ? undefined : parseCursor(cursor, listing, form)
  const types = await wantedTypes(space, query)
  if (types?.size === 0) return { rows: [], scanned: 0 }
  const until = systemClock.now() + MOST_MS
  const rows: JobRecord[] = []
  let scanned = 0
  for await (const piece of pieces(walkCreation(space, 'backward', mark))) {
    const found = await readMatching(space, piece, query, types)
    for (const [i, candidate] of piece.entries()) {
      scanned++
      const row = found[i]
      if (row !== undefined) rows.push(row)
      const isFull = rows.length === limit
      if (isFull || scanned === MOST_JOBS)
        return { rows, scanned, cursor: formatCursor(listing, candidate.mark) }
    }
    const last = piece.at(-1)
    if (last !== undefined && systemClock.now() >= until)
      return { rows, scanned, cursor: formatCursor(listing, last.mark) }
  }
  return { rows, scanned }
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

async function* pieces(walk: AsyncIterable<readonly Candidate[]>): AsyncGenerator<readonly Candidate[]> {
  for await (const chunk of walk) {
    for (let i = 0; i < chunk.length; i += PIECE) yield chunk.slice(i, i + PIECE)
  }
}

/** The records of those candidates that hold the value, in order; undefined for all others. */
async function readMatching(
  space: Space,
  candidates: readonly Candidate[],
  query: SearchQuery,
  types: ReadonlySet<string> | undefined,
): Promise<readonly (JobRecord | undefined)[]> {
  const matching = new Set<string>()
  await Promise.all(
    space.partitions.map(async (partition) => {
      const ids = candidates.filter((candidate) => candidate.partition === partition).map(({ id }) => id)
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
