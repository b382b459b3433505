import type { CallKey, ClaimReply, ClaimRequest, EndedFiring, LeasedRun, RunsRole } from '@dureq/types'
import { callId } from '@dureq/types'
import { advancePartition } from './advance.ts'
import { earlier } from './earlier.ts'
import type { Reply } from './gateway.ts'
import type { PartitionKeys } from './keys.ts'
import { type LeaseNames, type LeaseTexts, parseLeases } from './leased-run.ts'
import type { Space } from './space.ts'
import type { Trips } from './trips.ts'

type Claimed = Extract<ClaimReply, { kind: 'claimed' }>

/** What one partition gave, and the slots that leaves free. */
interface PartitionClaim {
  readonly reply: ClaimReply
  readonly free: Readonly<Record<string, number>>
  readonly repeated: boolean
}

/**
 * Claims over the partitions, beginning with another one each time. With several, the node is marked as sleeping
 * where the wake lists are and everything is looked at once more, so that nothing falls between.
 */
export function createClaimer(space: Space, trips: Trips | undefined): RunsRole['claim'] {
  const asleep = new Set<string>()

  const mark = async (request: ClaimRequest, sleeps: boolean): Promise<void> => {
    const args = [request.nodeId, request.handlerSet, sleeps ? '1' : '0']
    await space.run('sleep', { partition: space.first, args })
    if (sleeps) asleep.add(request.nodeId)
    else asleep.delete(request.nodeId)
  }

  if (trips !== undefined) return createOnlyClaimer(space, trips)

  return async (call, request) => {
    if (request.start && asleep.has(request.nodeId)) await mark(request, false)
    const first = await claimRound(space, { call, piece: 0, request })
    const left = first.reply.kind === 'claimed' ? request.limit - first.reply.leases.length : 0
    if (left === 0 || !request.start) return first.reply
    await mark(request, true)
    const again = { ...request, limit: left, free: first.free }
    const second = await claimRound(space, { call, piece: 1, request: again, onlyRepeat: first.repeated })
    return joinClaims(first.reply, second.reply)
  }
}

/**
 * Claims on the only partition. A claim that finds less than it asked for marks its node as sleeping, and the next one takes
 * the mark away: the store is spared the look when the last one surely left none.
 */
function createOnlyClaimer(space: Space, trips: Trips): RunsRole['claim'] {
  const awake = new Set<string>()
  return async (call, request) => {
    const { nodeId, limit, start } = request
    const claim = { call, piece: 0, request, trips, awake: awake.has(nodeId) }
    if (start) awake.delete(nodeId)
    const { reply } = await claimFrom(space, space.first, claim)
    // Replies come in the order in which the store carried out the claims, so the last one says how it is.
    const full = reply.kind === 'claimed' && reply.leases.length === limit
    if (start && full) awake.add(nodeId)
    else if (start) awake.delete(nodeId)
    return reply
  }
}

interface ClaimCall {
  readonly call: CallKey
  readonly piece: number
  readonly request: ClaimRequest
  /** Ask only for what this call was answered before, and take nothing new. */
  readonly onlyRepeat?: boolean
  /** What it may travel with. */
  readonly trips?: Trips
  /** The node is surely not marked as sleeping. */
  readonly awake?: boolean
}

/** Asks one partition after the other until the limit is reached; a repeat asks in the same order. */
async function claimRound(space: Space, round: ClaimCall): Promise<PartitionClaim> {
  const { partitions } = space
  const { call, request } = round
  let sum: PartitionClaim | undefined
  for (let i = 0; i < partitions.length; i++) {
    const partition = partitions[(call.number + i) % partitions.length] as PartitionKeys
    const taken = sum?.reply.kind === 'claimed' ? sum.reply.leases.length : 0
    const next = { ...request, limit: request.limit - taken, free: sum?.free ?? request.free ?? {} }
    const onlyRepeat = round.onlyRepeat === true || sum?.repeated === true
    const claim = await claimFrom(space, partition, { ...round, request: next, onlyRepeat })
    sum = sum === undefined ? claim : { ...claim, reply: joinClaims(sum.reply, claim.reply) }
    if (claim.reply.kind === 'unknownSet' || sum.reply.kind === 'unknownSet') break
    if (sum.reply.leases.length >= request.limit) break
  }
  return sum as PartitionClaim
}

function joinClaims(a: ClaimReply, b: ClaimReply): ClaimReply {
  if (a.kind === 'unknownSet') return a
  // What was leased before is to be run all the same; the next claim meets the unknown set again.
  if (b.kind === 'unknownSet') return a.leases.length > 0 ? a : b
  return {
    kind: 'claimed',
    leases: [...a.leases, ...b.leases],
    ended: [...a.ended, ...b.ended],
    now: b.now,
    ...earlier(a.nextAt, b.nextAt),
  } satisfies Claimed
}

/** Most rounds of what is due before a claim looks at work all the same. */
const ADVANCES = 3
/** Things one of these rounds moves. */
const ADVANCE_LIMIT = 100
/** Pieces of a call from here on are the rounds of what is due. */
const ADVANCE_PIECES = 2

async function claimFrom(space: Space, partition: PartitionKeys, claim: ClaimCall): Promise<PartitionClaim> {
  const { call, piece, request } = claim
  const ended: EndedFiring[] = []
  for (let round = 0; ; round++) {
    const mode = claim.onlyRepeat === true ? 'repeat' : round === ADVANCES ? 'force' : ''
    const args = claimArgs(partition, claim, mode)
    const { state, answer, more } = await (claim.trips
      ? claim.trips.claim({ call, args })
      : space.change('claim', { partition, call, piece, args, leavesNow: true }))
    const repeated = state === 'repeat'
    if (state === 'unknown') return { reply: { kind: 'unknownSet' }, free: request.free ?? {}, repeated }
    if (state !== 'due') {
      const claimed = readClaim(space, partition, { claim, answer, more, ended })
      const reply = claimed instanceof Promise ? await claimed : claimed
      return { reply, free: readFree(String(more[FREE])), repeated }
    }
    const due = ADVANCE_PIECES + piece * ADVANCES + round
    const { reply } = await advancePartition(space, partition, { call, piece: due, limit: ADVANCE_LIMIT })
    ended.push(...reply.ended)
  }
}

function claimArgs(
  partition: PartitionKeys,
  claim: ClaimCall,
  mode: '' | 'repeat' | 'force',
): readonly (string | number)[] {
  const { nodeId, handlerSet, limit, start, free = {} } = claim.request
  const flags = [
    limit,
    start ? (claim.awake ? 'awake' : 'maybe asleep') : '',
    tokenPrefix(partition, claim),
    mode,
  ]
  return [nodeId, handlerSet, ...flags, ...Object.entries(free).flat()]
}

function tokenPrefix(partition: PartitionKeys, { call, piece }: ClaimCall): string {
  return `${callId(call)}.${partition.index.toString(36)}.${piece}`
}

/** Places in what a claim replies behind its answer: now, claimed at, next due, and these. */
const FREE = 3
const HEADS = 4
const DEFINITIONS = 5
const PAYLOADS = 6
const INSTANCES = 7

interface ClaimAnswer {
  readonly claim: ClaimCall
  readonly answer: string
  readonly more: readonly Reply[]
  readonly ended: readonly EndedFiring[]
}

/** A promise only if names have to be looked up first. */
function readClaim(
  space: Space,
  partition: PartitionKeys,
  { claim, answer, more, ended }: ClaimAnswer,
): Claimed | Promise<Claimed> {
  const [now, claimedAt, nextAt] = more
  const texts = {
    ids: answer === '' ? [] : answer.split(','),
    heads: String(more[HEADS]),
    definitions: more[DEFINITIONS] as string[],
    payloads: more[PAYLOADS] as string[],
    instances: more[INSTANCES] as string[],
  }
  const shared = { tokenPrefix: tokenPrefix(partition, claim), claimedAt: Number(claimedAt) }
  const claimed = (leases: readonly LeasedRun[]): Claimed => ({
    kind: 'claimed',
    leases,
    ended,
    now: Number(now),
    ...(nextAt === '' ? {} : { nextAt: Number(nextAt) }),
  })
  const leases = readLeases(space, partition, texts, shared)
  return leases instanceof Promise ? leases.then(claimed) : claimed(leases)
}

function readFree(text: string): Readonly<Record<string, number>> {
  if (text === '') return {}
  return Object.fromEntries(
    text
      .split('\n')
      .map((line) => line.split('\t'))
      .map(([name, slots]) => [name, Number(slots)]),
  )
}

function readLeases(
  space: Space,
  partition: PartitionKeys,
  texts: LeaseTexts,
  shared: Pick<LeaseNames, 'tokenPrefix' | 'claimedAt'>,
): readonly LeasedRun[] | Promise<readonly LeasedRun[]> {
  if (texts.ids.length === 0) return []
  const unknown = new Set<string>()
  const known = space.names.known(partition)
  const leases = parseLeases(texts, {
    ...shared,
    nameOf: (number) => known(number) ?? (unknown.add(number), ''),
  })
  if (unknown.size === 0) return leases
  return space.names.lookup(partition, unknown).then((nameOf) => parseLeases(texts, { ...shared, nameOf }))
}
