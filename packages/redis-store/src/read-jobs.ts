import type { JobRecord } from '@dureq/types'
import { parseDefinition } from './definition.ts'
import type { Reply } from './gateway.ts'
import { toJobRecord } from './job-record.ts'
import type { PartitionKeys } from './keys.ts'
import type { Space } from './space.ts'
import { freshState, parseState, type StoredState } from './state.ts'

/** The states of some jobs of one partition; undefined where there is no such job. */
export async function readStates(
  space: Space,
  partition: PartitionKeys,
  ids: readonly string[],
): Promise<readonly (StoredState | undefined)[]> {
  return (await readStored(space, partition, ids)).map((stored) => stored?.state)
}

/** Some jobs of one partition, with payloads and outputs that have keys of their own. */
export async function readJobs(
  space: Space,
  partition: PartitionKeys,
  ids: readonly string[],
): Promise<readonly (JobRecord | undefined)[]> {
  const stored = await readStored(space, partition, ids)
  const numbers = stored.flatMap((job) =>
    job === undefined ? [] : [job.definition.type, job.definition.version],
  )
  const [nameOf, payloads, outputs] = await Promise.all([
    space.names.lookup(partition, numbers),
    readTexts(
      space,
      partition,
      'y',
      ids.filter((_, i) => stored[i]?.definition.big),
    ),
    readTexts(
      space,
      partition,
      'o',
      ids.filter((_, i) => stored[i]?.state.out === '@'),
    ),
  ])
  return ids.map((id, i) => {
    const job = stored[i]
    if (job === undefined) return undefined
    const { definition, state } = job
    const payload = definition.big ? payloads.get(id) : definition.payload
    // A job removed between the two reads is as good as not there.
    if (payload === undefined) return undefined
    const output = outputs.get(id) ?? state.output
    return toJobRecord({ id, definition, state, payload, output }, nameOf)
  })
}

/** The texts kept under a kind of key for some ids, as far as there are any. */
export async function readTexts(
  space: Space,
  partition: PartitionKeys,
  kind: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const texts = (await space.read('MGET', ...ids.map((id) => partition.key(kind, id)))) as Reply[]
  return new Map(ids.flatMap((id, i) => (typeof texts[i] === 'string' ? [[id, texts[i]] as const] : [])))
}

/** Definition and state are read in one command, so they belong together. */
async function readStored(space: Space, partition: PartitionKeys, ids: readonly string[]) {
  if (ids.length === 0) return []
  const keys = ids.flatMap((id) => [partition.key('j', id), partition.key('s', id)])
  const texts = (await space.read('MGET', ...keys)) as Reply[]
  return ids.map((_, i) => {
    const [definitionText, stateText] = [texts[i * 2], texts[i * 2 + 1]]
    if (typeof definitionText !== 'string') return undefined
    const definition = parseDefinition(definitionText)
    return {
      definition,
      state: typeof stateText === 'string' ? parseState(stateText) : freshState(definition),
    }
  })
}
