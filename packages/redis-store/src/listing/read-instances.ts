import type { InstanceHead } from '@dureq/types'
import { readHeads } from '../instances/read-heads.ts'
import type { Space } from '../space.ts'
import { type Candidate, idsIn } from './walk.ts'

/** The heads of candidates, in order; undefined where there is no such instance any more. */
export async function readInstances(
  space: Space,
  candidates: readonly Candidate[],
): Promise<readonly (InstanceHead | undefined)[]> {
  const found = new Map<string, InstanceHead>()
  await Promise.all(
    space.partitions.map(async (partition) => {
      for (const head of await readHeads(space, partition, idsIn(partition, candidates)))
        if (head !== undefined) found.set(head.id, head)
    }),
  )
  return candidates.map(({ id }) => found.get(id))
}
