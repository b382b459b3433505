import type { JobRecord } from '@dureq/types'
import { ID_LENGTH, jobIdOf } from '@dureq/types'
import { ownerOf, parseDefinition, RECURS, type StoredDefinition } from './definition.ts'
import type { Reply } from './gateway.ts'
import { livingInstances } from './instances/living-instances.ts'
import { toJobRecord, toRecurringRecord } from './job-record.ts'
import type { PartitionKeys } from './keys.ts'
import { type RecurringParts, readRecurring } from './schedules/read-recurring.ts'
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

/** What is read of a firing that is there, as its job and its instance are. */
export interface LivingFiring {
  readonly definition: StoredDefinition
  readonly state: StoredState
}

/** Definitions and states of those firings of one partition that exist for somebody who asks. */
export async function readLiving(
  space: Space,
  partition: PartitionKeys,
  ids: readonly string[],
): Promise<ReadonlyMap<string, LivingFiring>> {
  const stored = await withoutOrphans(space, partition, await readStored(space, partition, ids))
  const jobs = await readTexts(space, partition, 'j', [...new Set(ids.filter(isOfRecurring).map(jobIdOf))])
  return new Map(
    ids.flatMap((id, i) => {
      const firing = stored[i]
      const isThere = firing !== undefined && (!isOfRecurring(id) || jobs.has(jobIdOf(id)))
      return isThere ? [[id, firing] as const] : []
    }),
  )
}

/** Whether it is a firing of a recurring job: it is gone with that, though it is removed later. */
function isOfRecurring(id: string): boolean {
  return id.length > ID_LENGTH
}

/** Some jobs of one partition, with payloads and outputs that have keys of their own. */
export async function readJobs(
  space: Space,
  partition: PartitionKeys,
  ids: readonly string[],
): Promise<readonly (JobRecord | undefined)[]> {
  const stored = await withoutOrphans(space, partition, await readStored(space, partition, ids))
  const numbers = stored.flatMap((job) =>
    job === undefined ? [] : [job.definition.type, job.definition.version],
  )
  const [nameOf, payloads, outputs, recurring, inherited] = await Promise.all([
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
    readAllRecurring(
      space,
      partition,
      ids.filter((_, i) => stored[i]?.definition.runAt === RECURS),
    ),
    readPayloads(
      space,
      partition,
      ids.filter((id, i) => stored[i] !== undefined && isOfRecurring(id)).map(jobIdOf),
    ),
  ])
  return ids.map((id, i) => {
    const job = stored[i]
    if (job === undefined || (isOfRecurring(id) && !inherited.has(jobIdOf(id)))) return undefined
    const { definition, state } = job
    const payload = definition.ofJob
      ? inherited.get(jobIdOf(id))
      : definition.big
        ? payloads.get(id)
        : definition.payload
    // A job removed between the two reads is as good as not there.
    if (payload === undefined) return undefined
    if (definition.runAt === RECURS) {
      const parts = recurring.get(id)
      return parts && toRecurringRecord({ id, definition, state, payload, ...parts }, nameOf)
    }
    const output = outputs.get(id) ?? state.output
    return toJobRecord({ id, definition, state, payload, output }, nameOf)
  })
}

/** Without members of instances that are gone. */
async function withoutOrphans(
  space: Space,
  partition: PartitionKeys,
  stored: readonly (Stored | undefined)[],
): Promise<readonly (Stored | undefined)[]> {
  const owners = stored.flatMap((job) => (job && ownerOf(job.definition.extra)) ?? [])
  if (owners.length === 0) return stored
  const living = await livingInstances(space, partition, owners)
  return stored.map((job) => {
    const owner = job && ownerOf(job.definition.extra)
    return owner === undefined || living.has(owner) ? job : undefined
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

/** What the records of recurring jobs take from elsewhere, outputs that have keys of their own included. */
async function readAllRecurring(
  space: Space,
  partition: PartitionKeys,
  ids: readonly string[],
): Promise<ReadonlyMap<string, { readonly parts: RecurringParts; readonly output: string }>> {
  const found = await Promise.all(ids.map((id) => readRecurring(space, partition, id)))
  const outputs = await readTexts(
    space,
    partition,
    'o',
    found.flatMap((parts) => parts?.outputOf ?? []),
  )
  return new Map(
    ids.flatMap((id, i) => {
      const parts = found[i]
      if (parts === undefined) return []
      const output = outputs.get(parts.outputOf ?? '') ?? parts.result?.output ?? ''
      return [[id, { parts, output }] as const]
    }),
  )
}

/** The payloads of recurring jobs, which are those of their firings. */
async function readPayloads(
  space: Space,
  partition: PartitionKeys,
  firingsOf: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(firingsOf)]
  const definitions = new Map(
    [...(await readTexts(space, partition, 'j', ids))].map(
      ([id, text]) => [id, parseDefinition(text)] as const,
    ),
  )
  const big = await readTexts(
    space,
    partition,
    'y',
    ids.filter((id) => definitions.get(id)?.big),
  )
  return new Map([...definitions].map(([id, { payload }]) => [id, big.get(id) ?? payload]))
}

interface Stored {
  readonly definition: StoredDefinition
  readonly state: StoredState
}

/** Definition and state are read in one command, so they belong together. */
async function readStored(
  space: Space,
  partition: PartitionKeys,
  ids: readonly string[],
): Promise<readonly (Stored | undefined)[]> {
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
