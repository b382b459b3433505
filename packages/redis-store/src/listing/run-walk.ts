import type { RunFilter } from '@dureq/types'
import { jobStatuses } from '@dureq/types'
import type { Reply } from '../gateway.ts'
import type { PartitionKeys } from '../keys.ts'
import { readStates } from '../read-jobs.ts'
import type { Space } from '../space.ts'
import { type Counter, readCounts } from './counts.ts'
import { type SortedSource, walkSorted } from './sorted-walk.ts'
import { type Candidate, CHUNK, type Direction, type Walk } from './walk.ts'

/** Leases looked at; there are never more than the handlers of the cluster. */
const MOST_LEASES = 10_000
/** What is never due stands behind this score; see lua/lib/record.lua. */
const NEVER = 9e15

/**
 * What a mark of the walk looks like: `r` among the running ones, `f` among the finished ones, the time, and the firing with, of a
 * finished run, `-~` when it ended the firing, else `-<digits><n>` as lua/lib/filed.lua writes it.
 */
export const RUN_MARK: RegExp = /[rf] \d+ [0-9a-v]+(?::\d+t?)?(?:-(?:~|[a-z]\d+))?/

/** What the run that ended its firing has behind the id: it comes behind all others. */
const LAST = '-~'

/** Where runs are found, and how many there are. */
export interface RunSources {
  readonly sets: readonly SortedSource[]
  readonly finished: number
  readonly leased: number
}

/** The statuses of ended firings that a run of a status may have ended. */
const ENDS = {
  succeeded: ['completed'],
  failed: ['dead'],
  timed_out: ['dead'],
  cancelled: ['cancelled'],
} as const

const ALL_ENDS = ['completed', 'dead', 'cancelled'] as const

type End = (typeof ALL_ENDS)[number]

/** Finds out where the runs of a filter are. */
export async function findRuns(space: Space, { status, taskType }: RunFilter): Promise<RunSources> {
  const [counters, leased] = await Promise.all([
    readCounts(space, [...jobStatuses, 'ran'], taskType),
    countLeases(space),
  ])
  const ended = counters.filter((counter) => counter.status === 'ran' || isEnd(counter.status))
  return {
    sets: isOpen(status) ? [] : sourcesOf(space, counters, endsOf(status)),
    finished: ended.reduce((sum, { count }) => sum + count, 0),
    leased,
  }
}

/** Whether only what is leased is asked for. */
export function isOpen(status: RunFilter['status']): boolean {
  return status === 'claimed' || status === 'running'
}

function endsOf(status: RunFilter['status']): readonly End[] {
  return status === undefined || status === 'claimed' || status === 'running' ? ALL_ENDS : ENDS[status]
}

function isEnd(status: string): status is End {
  return ALL_ENDS.some((end) => end === status)
}

/** Ended firings of recurring jobs are where a type has jobs at all. */
function sourcesOf(
  space: Space,
  counters: readonly Counter<string>[],
  ends: readonly End[],
): readonly SortedSource[] {
  const sources = new Map<string, SortedSource>()
  const add = (partition: PartitionKeys, key: string, suffix?: string): void => {
    sources.set(key, { partition, key, ...(suffix === undefined ? {} : { suffix }) })
  }
  for (const partition of space.partitions) add(partition, partition.of('runs'))
  for (const { partition, status, type } of counters) {
    for (const end of ends) {
      add(partition, partition.key('fired', `${end}:${type}`), LAST)
      if (status !== end) continue
      for (const kind of ['ended', 'own']) add(partition, partition.key(kind, `${end}:${type}`), LAST)
    }
  }
  return [...sources.values()]
}

async function countLeases(space: Space): Promise<number> {
  const counts = await Promise.all(
    space.partitions.map((partition) => space.read('ZCOUNT', partition.of('leases'), '-inf', `(${NEVER}`)),
  )
  return counts.reduce<number>((sum, count) => sum + Number(count), 0)
}

/** Walks leased runs by when they were claimed and, behind them, finished ones by when they ended; or the other way round. */
export async function* walkRuns(
  space: Space,
  filter: RunFilter,
  sets: readonly SortedSource[],
  from: { readonly direction: Direction; readonly mark: string | undefined },
): Walk {
  const { direction, mark } = from
  const phases = direction === 'backward' ? ['r', 'f'] : ['f', 'r']
  const first = mark === undefined ? 0 : phases.indexOf(mark.slice(0, 1))
  for (const phase of phases.slice(first)) {
    const own = mark?.startsWith(phase) === true ? mark.slice(2) : undefined
    const walk = phase === 'r' ? walkLeased(space, direction, own) : walkSorted(space, sets, direction, own)
    if (phase === 'r' && filter.status !== undefined && !isOpen(filter.status)) continue
    for await (const chunk of walk)
      yield chunk.map((candidate) => ({ ...candidate, mark: `${phase} ${candidate.mark}` }))
  }
}

interface Leased extends Candidate {
  readonly claimedAt: number
}

async function* walkLeased(space: Space, direction: Direction, mark: string | undefined): Walk {
  const sign = direction === 'forward' ? 1 : -1
  const order = (a: Pick<Leased, 'claimedAt' | 'id'>, b: Pick<Leased, 'claimedAt' | 'id'>): number =>
    sign * (a.claimedAt - b.claimedAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
  const [time, id] = mark?.split(' ') ?? []
  const last = id === undefined ? undefined : { claimedAt: Number(time), id }
  const rows = (await Promise.all(space.partitions.map((partition) => readLeased(space, partition))))
    .flat()
    .filter((row) => last === undefined || order(row, last) > 0)
    .sort(order)
  for (let i = 0; i < rows.length; i += CHUNK) yield rows.slice(i, i + CHUNK)
}

async function readLeased(space: Space, partition: PartitionKeys): Promise<readonly Leased[]> {
  const range = await space.read(
    'ZRANGE',
    partition.of('leases'),
    '-inf',
    `(${NEVER}`,
    'BYSCORE',
    'LIMIT',
    0,
    MOST_LEASES,
  )
  const ids = (range as Reply[]).map(String)
  const states = await readStates(space, partition, ids)
  return ids.flatMap((id, i) => {
    const state = states[i]
    return state === undefined
      ? []
      : [{ id, partition, claimedAt: Number(state.at), mark: `${state.at} ${id}` }]
  })
}
