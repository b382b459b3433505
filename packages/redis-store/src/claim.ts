import type { CallKey, ClaimReply, ClaimRequest, LeasedRun, RunsRole } from '@dureq/types'
import { callId } from '@dureq/types'
import { earlier } from './earlier.ts'
import { readEnded } from './ended.ts'
import type { Reply } from './gateway.ts'
import type { PartitionKeys } from './keys.ts'
import { numbersIn, parseRecord, toLease } from './record.ts'
import type { Space } from './space.ts'

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
export function createClaimer(space: Space): RunsRole['claim'] {
  const asleep = new Set<string>()

  const mark = async (request: ClaimRequest, sleeps: boolean): Promise<void> => {
    const args = [request.nodeId, request.handlerSet, sleeps ? '1' : '0']
    await space.run('sleep', { partition: space.first, args })
    if (sleeps) asleep.add(request.nodeId)
    else asleep.delete(request.nodeId)
  }

  return async (call, request) => {
    if (space.partitions.length === 1)
      return (await claimFrom(space, space.first, { call, piece: 0, request })).reply
    if (asleep.has(request.nodeId)) await mark(request, false)
    const first = await claimRound(space, { call, piece: 0, request })
    const left = first.reply.kind === 'claimed' ? request.limit - first.reply.leases.length : 0
    if (left === 0) return first.reply
    await mark(request, true)
    const again = { ...request, limit: left, free: first.free }
    const second = await claimRound(space, { call, piece: 1, request: again, onlyRepeat: first.repeated })
    return joinClaims(first.reply, second.reply)
  }
}

interface ClaimCall {
  readonly call: CallKey
  readonly piece: number
  readonly request: ClaimRequest
  /** Ask only for what this call was answered before, and take nothing new. */
  readonly onlyRepeat?: boolean
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
    if (sum.reply.kind === 'unknownSet' || sum.reply.leases.length >= request.limit) break
  }
  return sum as PartitionClaim
}

function joinClaims(a: ClaimReply, b: ClaimReply): ClaimReply {
  if (a.kind === 'unknownSet') return a
  if (b.kind === 'unknownSet') return b
  return {
    kind: 'claimed',
    leases: [...a.leases, ...b.leases],
    ended: [...a.ended, ...b.ended],
    now: b.now,
    ...earlier(a.nextAt, b.nextAt),
  } satisfies Claimed
}

async function claimFrom(space: Space, partition: PartitionKeys, claim: ClaimCall): Promise<PartitionClaim> {
  const { call, piece, request, onlyRepeat = false } = claim
  const { nodeId, handlerSet, limit, start, free = {} } = request
  const prefix = `${callId(call)}.${partition.index.toString(36)}.${piece}`
  const flags = [limit, start ? '1' : '0', prefix, onlyRepeat ? '1' : '0']
  const args = [nodeId, handlerSet, ...flags, ...Object.entries(free).flat()]
  const { answer, repeated, more } = await space.change('claim', { partition, call, piece, args })
  if (answer === 'unknown') return { reply: { kind: 'unknownSet' }, free, repeated }
  const [now, nextAt, left, ...rows] = more
  const { ended } = await readEnded(space, partition, answer)
  const reply: Claimed = {
    kind: 'claimed',
    leases: await readLeases(space, partition, rows),
    ended,
    now: Number(now),
    ...(nextAt === '' ? {} : { nextAt: Number(nextAt) }),
  }
  return { reply, free: readFree(String(left)), repeated }
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

/** Rows of four: id, claimable since, record, payload if it has a key of its own. */
async function readLeases(
  space: Space,
  partition: PartitionKeys,
  rows: readonly Reply[],
): Promise<readonly LeasedRun[]> {
  const count = rows.length / 4
  const records = Array.from({ length: count }, (_, i) => parseRecord(rows[i * 4 + 2] as string))
  const nameOf = await space.names.lookup(partition, records.flatMap(numbersIn))
  return records.map((record, i) =>
    toLease(rows[i * 4] as string, record, nameOf, {
      claimableAt: Number(rows[i * 4 + 1]),
      payload: rows[i * 4 + 3] as string,
    }),
  )
}
