import type { PartitionKeys } from '../keys.ts'
import type { LivingFiring } from '../read-jobs.ts'
import { readLiving } from '../read-jobs.ts'
import type { Space } from '../space.ts'
import { type Candidate, CHUNK, type Direction, type Walk } from './walk.ts'

/** Firings of a recurring job looked at. */
const MOST_FIRINGS = 10_000

interface Found extends Candidate {
  readonly phase: 'f' | 'r'
  readonly at: number
}

/** Walks the runs of one job or firing, as `walkRuns` does; there are at most so many as its kept firings have. */
export async function* walkRunsOf(
  space: Space,
  id: string,
  direction: Direction,
  mark: string | undefined,
): Walk {
  const partition = space.home(id)
  if (partition === undefined) return
  const sign = direction === 'forward' ? 1 : -1
  const order = (a: Omit<Found, 'partition'>, b: Omit<Found, 'partition'>): number =>
    sign * (compare(a.phase, b.phase) || a.at - b.at || compare(a.id, b.id))
  const [phase, at, last = ''] = mark?.split(' ') ?? []
  const from = { phase: phase === 'r' ? 'r' : 'f', at: Number(at), id: last, mark: '' } as const
  const rows = (await runsOf(space, partition, await firingsOf(space, partition, id)))
    .filter((row) => mark === undefined || order(row, from) > 0)
    .sort(order)
  for (let i = 0; i < rows.length; i += CHUNK) yield rows.slice(i, i + CHUNK)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The job or firing itself and, of a recurring job, its firings. */
async function firingsOf(space: Space, partition: PartitionKeys, id: string): Promise<readonly string[]> {
  const firings = (await space.read('ZREVRANGE', partition.key('f', id), 0, MOST_FIRINGS - 1)) as string[]
  return [id, ...firings.map((suffix) => `${id}:${suffix}`)]
}

async function runsOf(
  space: Space,
  partition: PartitionKeys,
  ids: readonly string[],
): Promise<readonly Found[]> {
  const firings = await readLiving(space, partition, ids)
  const found = await Promise.all(
    [...firings].map(async ([id, { state }]): Promise<readonly Found[]> => {
      const filed =
        state.n === '' ? [] : ((await space.read('LRANGE', partition.key('r', id), 0, -1)) as string[])
      return [...standing(id, state), ...filed.map((text) => entryOf(id, text))].map((entry) => ({
        ...entry,
        partition,
        mark: `${entry.phase} ${entry.at} ${entry.id}`,
      }))
    }),
  )
  return found.flat()
}

type Entry = Pick<Found, 'phase' | 'at' | 'id'>

/** The run that is leased, or the one that ended the firing. */
function standing(id: string, { letter, at, run }: LivingFiring['state']): readonly Entry[] {
  if (letter === 'a' || letter === 'l') return [{ phase: 'r', at: Number(at), id }]
  return run === '' ? [] : [{ phase: 'f', at: Number(at), id: `${id}-~` }]
}

/** A filed run, named as lua/lib/filed.lua does. */
function entryOf(id: string, text: string): Entry {
  const [n = '', , , , , finished] = text.split('\t', 6)
  return { phase: 'f', at: Number(finished), id: `${id}-${String.fromCharCode(96 + n.length)}${n}` }
}
