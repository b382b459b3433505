import type { JobRecord } from '@dureq/types'
import { readJobs } from '../read-jobs.ts'
import type { Space } from '../space.ts'
import { type Candidate, idsIn } from './walk.ts'

/** The records of candidates, in order; undefined where there is no such job any more. */
export async function readCandidates(
  space: Space,
  candidates: readonly Candidate[],
): Promise<readonly (JobRecord | undefined)[]> {
  const found = new Map<string, JobRecord>()
  await Promise.all(
    space.partitions.map(async (partition) => {
      const ids = idsIn(partition, candidates)
      for (const job of await readJobs(space, partition, ids)) if (job !== undefined) found.set(job.id, job)
    }),
  )
  return candidates.map(({ id }) => found.get(id))
}
