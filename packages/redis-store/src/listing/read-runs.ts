import type { RunFilter, RunRecord } from '@dureq/types'
import { runIdOf } from '@dureq/types'
import type { PartitionKeys } from '../keys.ts'
import { type LivingFiring, readLiving, readTexts } from '../read-jobs.ts'
import { nodeOfFiledRun, presentRun, toFiledRun } from '../run-record.ts'
import type { Space } from '../space.ts'
import { readStacks, withStack } from '../stacks.ts'
import type { Candidate } from './walk.ts'

/** The runs that candidates of `walkRuns` stand for, in order; undefined for one that is gone or does not fit. */
export async function readRuns(
  space: Space,
  filter: RunFilter,
  candidates: readonly Candidate[],
): Promise<readonly (RunRecord | undefined)[]> {
  const runs = new Map<string, RunRecord>()
  await Promise.all(
    space.partitions.map(async (partition) => {
      const own = candidates.filter((candidate) => candidate.partition === partition)
      for (const [id, run] of await readFrom(space, partition, filter, own)) runs.set(id, run)
    }),
  )
  return candidates.map(({ id }) => runs.get(id))
}

/** A candidate taken apart: its firing and what stands behind it. */
interface Meant {
  readonly id: string
  readonly firingId: string
  /** `~` the last one of an ended firing, a number that of a filed run; absent: the one that is leased. */
  readonly which: string | undefined
}

function meantBy({ id }: Candidate): Meant {
  const [firingId = '', which] = id.split('-')
  return { id, firingId, which: which === undefined || which === '~' ? which : which.slice(1) }
}

async function readFrom(
  space: Space,
  partition: PartitionKeys,
  filter: RunFilter,
  candidates: readonly Candidate[],
): Promise<readonly (readonly [string, RunRecord])[]> {
  if (candidates.length === 0) return []
  const meant = candidates.map(meantBy)
  const firings = await readLiving(space, partition, [...new Set(meant.map(({ firingId }) => firingId))])
  const wanted = meant.filter(({ firingId }) => firings.has(firingId))
  const [filed, progress] = await Promise.all([
    readFiled(space, partition, wanted),
    readTexts(
      space,
      partition,
      'b',
      wanted.map(({ firingId }) => firingId).filter((id) => firings.get(id)?.state.beat !== ''),
    ),
  ])
  const all = [...firings.values()]
  const nameOf = await space.names.lookup(partition, [
    ...all.flatMap(({ definition, state }) => [definition.type, state.node]),
    ...[...filed.values()].map(nodeOfFiledRun),
  ])
  const stacks = await readStacksOf(space, partition, wanted, firings)
  return wanted.flatMap(({ id, firingId, which }) => {
    const firing = firings.get(firingId) as LivingFiring
    const text = filed.get(runIdOf(firingId, Number(which)))
    const run =
      which === undefined || which === '~'
        ? standingRun(firing, which, (state) => presentRun(firingId, state, nameOf, progress.get(firingId)))
        : text && toFiledRun(firingId, text, nameOf)
    return run && fits(run, filter, nameOf(firing.definition.type))
      ? [[id, withStack(run, stacks)] as const]
      : []
  })
}

/** The stacks of all runs of these firings that have any. */
async function readStacksOf(
  space: Space,
  partition: PartitionKeys,
  meant: readonly Meant[],
  firings: ReadonlyMap<string, LivingFiring>,
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(meant.map(({ firingId }) => firingId))]
  const failed = ids.filter((id) => firings.get(id)?.state.flags.includes('t'))
  const found = await Promise.all(failed.map((id) => readStacks(space, partition, id)))
  return new Map(found.flatMap((stacks) => [...stacks]))
}

/** The run a state holds, if it still stands as the candidate said. */
function standingRun(
  { state }: LivingFiring,
  which: string | undefined,
  read: (state: LivingFiring['state']) => RunRecord | undefined,
): RunRecord | undefined {
  const isLeased = state.letter === 'a' || state.letter === 'l'
  return isLeased === (which === undefined) ? read(state) : undefined
}

/** The filed runs of firings of which one is meant, by run id. */
async function readFiled(
  space: Space,
  partition: PartitionKeys,
  meant: readonly Meant[],
): Promise<ReadonlyMap<string, string>> {
  const ids = new Set(
    meant.filter(({ which }) => which !== undefined && which !== '~').map(({ firingId }) => firingId),
  )
  const filed = new Map<string, string>()
  await Promise.all(
    [...ids].map(async (id) => {
      const texts = (await space.read('LRANGE', partition.key('r', id), 0, -1)) as string[]
      for (const text of texts) filed.set(runIdOf(id, Number.parseInt(text, 10)), text)
    }),
  )
  return filed
}

/** Whether a run is one of those asked for. */
function fits(run: RunRecord, filter: RunFilter, taskType: string): boolean {
  const { from = 0, to = Number.POSITIVE_INFINITY } = filter
  return (
    (filter.status === undefined || openly(filter.status) === openly(run.status)) &&
    (filter.nodeId ?? run.nodeId) === run.nodeId &&
    (filter.taskType ?? taskType) === taskType &&
    run.startedAt >= from &&
    run.startedAt < to
  )
}

/** Both of what is leased count as one. */
function openly(status: RunRecord['status']): RunRecord['status'] {
  return status === 'claimed' ? 'running' : status
}
