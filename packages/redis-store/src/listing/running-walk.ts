import { ID_LENGTH } from '@dureq/types'
import type { Reply } from '../gateway.ts'
import { readStates } from '../read-jobs.ts'
import type { Space } from '../space.ts'
import { type Candidate, CHUNK, type Direction, type Walk } from './walk.ts'

/** Leases looked at; there are never more than the handlers of the cluster. */
const MOST_LEASES = 10_000

interface Running extends Candidate {
  readonly claimedAt: number
}

/** Walks leased jobs, and recurring ones with a leased firing, by claim time, then id; a mark is `<claim time> <id>`. */
export async function* walkRunning(space: Space, direction: Direction, mark: string | undefined): Walk {
  const sign = direction === 'forward' ? 1 : -1
  const order = (a: Pick<Running, 'claimedAt' | 'id'>, b: Pick<Running, 'claimedAt' | 'id'>): number =>
    sign * (a.claimedAt - b.claimedAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
  const [time, id] = mark?.split(' ') ?? []
  const last = id === undefined ? undefined : { claimedAt: Number(time), id }
  const rows = (await readRunning(space))
    .filter((row) => last === undefined || order(row, last) > 0)
    .sort(order)
  for (let i = 0; i < rows.length; i += CHUNK) yield rows.slice(i, i + CHUNK)
}

async function readRunning(space: Space): Promise<readonly Running[]> {
  const found = await Promise.all(
    space.partitions.map(async (partition): Promise<readonly Running[]> => {
      const [leased, recurring] = (await Promise.all([
        space.read('ZRANGE', partition.of('leases'), 0, MOST_LEASES - 1),
        space.read('ZRANGE', partition.key('recurring', 'running'), 0, MOST_LEASES - 1),
      ])) as [Reply[], Reply[]]
      // A firing is found through its job.
      const ids = [...leased.map(String).filter((id) => id.length === ID_LENGTH), ...recurring.map(String)]
      const states = await readStates(space, partition, ids)
      return ids.flatMap((id, i) => {
        const state = states[i]
        if (state === undefined) return []
        return [{ id, partition, claimedAt: Number(state.at), mark: `${state.at} ${id}` }]
      })
    }),
  )
  return found.flat()
}
