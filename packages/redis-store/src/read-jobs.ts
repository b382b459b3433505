import type { JobRecord } from '@dureq/types'
import type { Reply } from './gateway.ts'
import type { PartitionKeys } from './keys.ts'
import { numbersIn, parseRecord, type StoredRecord, toJob } from './record.ts'
import type { Space } from './space.ts'

/** The strings of some jobs of one partition, taken apart; undefined where there is no such job. */
export async function readRecords(
  space: Space,
  partition: PartitionKeys,
  ids: readonly string[],
): Promise<readonly (StoredRecord | undefined)[]> {
  if (ids.length === 0) return []
  const texts = (await space.read('MGET', ...ids.map((id) => partition.key('j', id)))) as Reply[]
  return texts.map((text) => (typeof text === 'string' ? parseRecord(text) : undefined))
}

/** Some jobs of one partition, with payloads and outputs that have keys of their own. */
export async function readJobs(
  space: Space,
  partition: PartitionKeys,
  ids: readonly string[],
): Promise<readonly (JobRecord | undefined)[]> {
  const records = await readRecords(space, partition, ids)
  const found = records.filter((record) => record !== undefined)
  const bigPayloads = ids.filter((_, i) => records[i]?.size === '@')
  const bigOutputs = ids.filter((_, i) => records[i]?.out === '@')
  const [nameOf, payloads, outputs] = await Promise.all([
    space.names.lookup(partition, found.flatMap(numbersIn)),
    readTexts(space, partition, 'y', bigPayloads),
    readTexts(space, partition, 'o', bigOutputs),
  ])
  return ids.map((id, i) => {
    const record = records[i]
    if (record === undefined) return undefined
    const payload = payloads.get(id)
    const output = outputs.get(id)
    // A job removed between the two reads is as good as not there.
    if (record.size === '@' && payload === undefined) return undefined
    return toJob(id, record, nameOf, {
      ...(payload === undefined ? {} : { payload }),
      ...(output === undefined ? {} : { output }),
    })
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
