import type { LeasedRun } from '@dureq/types'
import { ID_LENGTH, jobIdOf, runIdOf } from '@dureq/types'
import { ownerOf, parseTerms, type StoredTerms } from './definition.ts'

/** Leases as `claim.lua` replies them. */
export interface LeaseTexts {
  readonly ids: readonly string[]
  /** Eight lines for each number of leases in a row that share what they say. */
  readonly heads: string
  readonly definitions: readonly string[]
  /** The payloads that stand elsewhere. */
  readonly payloads: readonly string[]
  /** Of the instances that members are leased of: id, number of the name, input or ''. */
  readonly instances: readonly string[]
}

/** What the leases of one claim have in common, and the names of their types and versions. */
export interface LeaseNames {
  readonly tokenPrefix: string
  readonly claimedAt: number
  nameOf(number: string): string
}

/** What is said of a lease beside its id and definition. */
interface LeaseHead {
  /** Since when it was claimable; empty: since its creation. */
  readonly claimable: string
  readonly n: number
  /** Earlier runs have left something to remember. */
  readonly remembers: boolean
  readonly attempt: number
  readonly errors: number
  readonly max: number
  readonly lease: number
  /** Its place in the token; empty: its place among the leases. */
  readonly place: string
}

const HEAD_LINES = 8

const NO_HEADERS: LeasedRun['headers'] = {}

/** Takes the leases of one reply apart. What stands in a lease as it stood in the one before is not read again. */
export function parseLeases(
  { ids, heads, definitions, payloads, instances }: LeaseTexts,
  names: LeaseNames,
): LeasedRun[] {
  const leases: LeasedRun[] = []
  let terms: StoredTerms | undefined
  let payload = 0
  const owners = parseInstances(instances, names)
  for (const [count, head] of parseHeads(heads)) {
    for (let left = count; left > 0; left--) {
      const index = leases.length
      const text = definitions[index] as string
      const termsStart = text.indexOf('\n') + 1
      if (terms === undefined || !text.startsWith(terms.text, termsStart))
        terms = parseTerms(text, termsStart)
      leases.push(
        toLease(names, {
          id: ids[index] as string,
          token: `${names.tokenPrefix}.${head.place || index + 1}`,
          head,
          createdAt: Number(text.slice(0, termsStart - 1)),
          terms,
          owners,
          payload:
            terms.big || terms.ofJob
              ? (payloads[payload++] as string)
              : text.slice(termsStart + terms.text.length),
        }),
      )
    }
  }
  return leases
}

/** An instance that members are leased of. */
interface Owner {
  readonly id: string
  readonly name: string
  /** Empty when it has none. */
  readonly input: string
}

function parseInstances(texts: readonly string[], names: LeaseNames): ReadonlyMap<string, Owner> {
  const owners = new Map<string, Owner>()
  for (let i = 0; i < texts.length; i += 3) {
    const [id = '', name = '', input = ''] = texts.slice(i, i + 3)
    owners.set(id, { id, name: names.nameOf(name), input })
  }
  return owners
}

function parseHeads(text: string): readonly (readonly [count: number, head: LeaseHead])[] {
  const lines = text.split('\n')
  const heads: [number, LeaseHead][] = []
  for (let i = 0; i + HEAD_LINES <= lines.length; i += HEAD_LINES) {
    const [count, claimable = '', n = '', attempt, errors, max, lease, place = ''] = lines.slice(
      i,
      i + HEAD_LINES,
    )
    const head = {
      claimable,
      n: Number.parseInt(n, 10),
      remembers: n.endsWith('+'),
      attempt: Number(attempt),
      errors: Number(errors),
      max: Number(max),
      lease: Number(lease),
      place,
    }
    heads.push([Number(count), head])
  }
  return heads
}

interface LeaseParts {
  readonly id: string
  readonly token: string
  readonly head: LeaseHead
  readonly createdAt: number
  readonly terms: StoredTerms
  readonly owners: ReadonlyMap<string, Owner>
  readonly payload: string
}

function toLease(
  names: LeaseNames,
  { id, token, head, createdAt, terms, owners, payload }: LeaseParts,
): LeasedRun {
  const lease: Writable<LeasedRun> = {
    runId: runIdOf(id, head.n),
    firingId: id,
    jobId: id.length === ID_LENGTH ? id : jobIdOf(id),
    token,
    taskType: names.nameOf(terms.type),
    payload,
    attempt: head.attempt + 1,
    maxAttempts: head.max,
    consecutiveErrors: head.errors,
    priority: terms.priority,
    headers: terms.extra.headers ?? NO_HEADERS,
    leaseMs: head.lease,
    claimableAt: head.claimable === '' ? createdAt : Number(head.claimable),
    claimedAt: names.claimedAt,
    createdAt,
  }
  const { retryPolicy, timeoutMs, concurrencyKeys } = terms.extra
  const ownerId = ownerOf(terms.extra)
  const owner = ownerId === undefined ? undefined : owners.get(ownerId)
  // Not spread: that takes several times as long, and this is done for every job.
  if (terms.version !== '') lease.version = names.nameOf(terms.version)
  if (retryPolicy !== undefined) lease.retryPolicy = retryPolicy
  if (timeoutMs !== undefined) lease.timeoutMs = timeoutMs
  if (concurrencyKeys !== undefined) lease.concurrencyKeys = concurrencyKeys
  if (head.remembers) lease.remembers = true
  if (owner !== undefined) enrol(lease, terms.extra, owner)
  return lease
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] }

/** Says of which instance it is a member. */
function enrol(lease: Writable<LeasedRun>, extra: StoredTerms['extra'], { id, name, input }: Owner): void {
  const { workflowTask, batchRole = 'item', batchItem } = extra
  if (workflowTask !== undefined) {
    lease.workflow = input === '' ? { id, name, task: workflowTask } : { id, name, task: workflowTask, input }
    return
  }
  lease.batch = {
    id,
    name,
    role: batchRole,
    ...(batchItem === undefined ? {} : { item: batchItem }),
    ...(input === '' ? {} : { onetimeResult: input }),
  }
}
