import { type RunRecord, runIdOf } from '@dureq/types'
import type { Reply } from './gateway.ts'
import type { PartitionKeys } from './keys.ts'
import type { Space } from './space.ts'

/** The stacks of the failed runs of a firing, by the ids of the runs. */
export async function readStacks(
  space: Space,
  partition: PartitionKeys,
  id: string,
): Promise<ReadonlyMap<string, string>> {
  const flat = (await space.read('HGETALL', partition.key('st', id))) as Reply[]
  const stacks = new Map<string, string>()
  for (let i = 0; i < flat.length; i += 2) stacks.set(runIdOf(id, Number(flat[i])), String(flat[i + 1]))
  return stacks
}

/** A run with its stack, if it has one. */
export function withStack(run: RunRecord, stacks: ReadonlyMap<string, string>): RunRecord {
  const stack = stacks.get(run.id)
  return stack === undefined ? run : { ...run, stack }
}
