import type { RunRecord } from '@dureq/types'
import { jobIdOf } from '@dureq/types'
import { readStates, readTexts } from '../read-jobs.ts'
import { nodeOfFiledRun, presentRun, toFiledRun } from '../run-record.ts'
import type { Space } from '../space.ts'
import { readStacks, withStack } from '../stacks.ts'

/** Runs a firing keeps. */
const MOST_RUNS = 100

/** The newest runs of a firing, newest first: the one in its record, then those filed. */
export async function listRuns(space: Space, id: string, limit: number): Promise<readonly RunRecord[]> {
  const partition = space.home(id)
  if (partition === undefined) return []
  const [jobs, states, filed, progress, stacks] = await Promise.all([
    // The firings of a job that is gone are removed after it.
    space.read('EXISTS', partition.key('j', jobIdOf(id))),
    readStates(space, partition, [id]),
    space.read('LRANGE', partition.key('r', id), 0, -1),
    readTexts(space, partition, 'b', [id]),
    readStacks(space, partition, id),
  ])
  const state = states[0]
  if (state === undefined || jobs === 0) return []
  const texts = (filed as string[]).toReversed()
  const nameOf = await space.names.lookup(partition, [state.node, ...texts.map(nodeOfFiledRun)])
  const present = presentRun(id, state, nameOf, progress.get(id))
  const older = texts.map((text) => toFiledRun(id, text, nameOf))
  const runs = present === undefined ? older : [present, ...older]
  return runs.slice(0, Math.min(limit, MOST_RUNS)).map((run) => withStack(run, stacks))
}

/** Runs by their ids, in order. */
export async function getRuns(
  space: Space,
  ids: readonly string[],
): Promise<readonly (RunRecord | undefined)[]> {
  const firings = [...new Set(ids.map(firingOf))]
  const runs = new Map<string, RunRecord>()
  await Promise.all(
    firings.map(async (id) => {
      for (const run of await listRuns(space, id, MOST_RUNS)) runs.set(run.id, run)
    }),
  )
  return ids.map((id) => runs.get(id))
}

function firingOf(runId: string): string {
  const at = runId.lastIndexOf('-')
  return at < 0 ? jobIdOf(runId) : runId.slice(0, at)
}
