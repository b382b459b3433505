import type { Clock, Random } from './clock.ts'
import { keyBase } from './concurrency-key.ts'

/**
 * Job, workflow and batch ids: 20 characters of `0-9a-v`, ordered by time within one process.
 *
 *     9 milliseconds | 2 home partition | 3 counter of the process | 6 random characters of the process
 *
 * A caller mints ids with partition `00`; the store puts the home partition in and returns the id it used,
 * so the same draft sent twice meets the same job.
 */
export const ID_LENGTH = 20

const DIGITS = '0123456789abcdefghijklmnopqrstuv'
const PARTITION_START = 9
const PARTITION_END = 11
const COUNTER_SIZE = 32 ** 3

/** Makes the ids of one process; every call gives a greater id than the call before it. */
export function createIdMinter(options: { readonly clock: Clock; readonly random: Random }): () => string {
  const { clock, random } = options
  const processPart = Array.from({ length: 6 }, () => DIGITS[Math.floor(random() * 32)]).join('')
  let lastMs = 0
  let beforeCounter = ''
  let counter = 0
  const beginMs = (ms: number): void => {
    lastMs = ms
    beforeCounter = `${base32(ms, PARTITION_START)}00`
    counter = 0
  }
  return () => {
    const now = clock.now()
    if (now > lastMs) beginMs(now)
    else if (++counter === COUNTER_SIZE) beginMs(lastMs + 1)
    return `${beforeCounter}${base32(counter, 3)}${processPart}`
  }
}

/** Whether a text has the form of a job, workflow or batch id (a firing id does not). */
export function isId(text: string): boolean {
  return /^[0-9a-v]{20}$/.test(text)
}

/** The partition written in an id, in the id of one of its firings, or in the id of one of its runs. */
export function partitionOf(id: string): number {
  return parseInt(id.slice(PARTITION_START, PARTITION_END), 32)
}

/** Of the partitions that were met: there are few, and many ids. */
const partitionTexts: string[] = []

/** The same id with another home partition written into it. */
export function withPartition(id: string, partition: number): string {
  const text = (partitionTexts[partition] ??= base32(partition, 2))
  if (id.startsWith(text, PARTITION_START)) return id
  return id.slice(0, PARTITION_START) + text + id.slice(PARTITION_END)
}

/** What decides where a new job lives: the first of these that is given. */
export interface HomeOf {
  readonly id: string
  /** The first decides; whether the others share its partition is for the store to see. */
  readonly concurrencyKeys?: readonly (string | { readonly key: string })[] | undefined
  readonly uniqueKey?: string | undefined
  readonly requestId?: string | undefined
}

/**
 * The home partition of a new job: a pure function of its first concurrency key, else its unique key, else its request id,
 * else the characters of its id outside the partition, so a repeat of a draft always meets the same partition.
 */
export function homePartition(draft: HomeOf, partitions: number): number {
  if (partitions === 1) return 0
  const { id, concurrencyKeys: [first] = [] } = draft
  if (first !== undefined) return partitionOfKey(typeof first === 'string' ? first : first.key, partitions)
  return hash(draft.uniqueKey ?? draft.requestId ?? id.slice(0, 9) + id.slice(11)) % partitions
}

/** The partition a concurrency key lives in, and with it every job that has the key. */
export function partitionOfKey(key: string, partitions: number): number {
  return partitions === 1 ? 0 : hash(keyBase(key)) % partitions
}

/** The job a firing or run id belongs to: the first 20 characters of either. */
export function jobIdOf(firingOrRunId: string): string {
  return firingOrRunId.slice(0, ID_LENGTH)
}

/** The id of the n-th execution of a firing; n counts every execution, also those handed back. */
export function runIdOf(firingId: string, n: number): string {
  return `${firingId}-${n}`
}

function base32(value: number, width: number): string {
  return value.toString(32).padStart(width, '0')
}

/** FNV-1a over UTF-16 units: stable over processes and versions, which is all that is asked of it. */
function hash(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h >>> 0
}
