import {
  type CallKey,
  callId,
  type EndedFiring,
  type InstanceHead,
  type MailBag,
  type MailboxesRole,
  type ReceiveReply,
  type ReceiveRequest,
} from '@dureq/types'
import { advancePartition } from '../advance.ts'
import { earlier } from '../earlier.ts'
import type { Reply } from '../gateway.ts'
import type { PartitionKeys } from '../keys.ts'
import type { Space } from '../space.ts'
import { escaped } from './escaped.ts'
import type { MailHints } from './mail-hints.ts'
import { parseMail } from './mail-text.ts'
import { parseHeads } from './read-heads.ts'

/** What some partitions gave. */
interface Received {
  readonly reply: ReceiveReply
  readonly repeated: boolean
}

/**
 * Receives over the partitions. With several, those an engine was told of come first, while it is marked as sleeping where the
 * wake lists are; then all are looked at, so that nothing falls between.
 */
export function createReceiver(space: Space, hints: MailHints): MailboxesRole['receive'] {
  /** Where the first round of a node's last call went: a repeat goes there again. */
  const toldOf = new Map<string, { readonly call: string; readonly partitions: readonly PartitionKeys[] }>()

  const mark = async ({ nodeId, queues }: ReceiveRequest, sleeps: boolean): Promise<void> => {
    const marks = queues.map((queue) => [nodeId, `mail:${escaped(queue)}`, sleeps ? '1' : '0'])
    await Promise.all(marks.map((args) => space.run('sleep', { partition: space.first, args })))
  }

  const told = (call: CallKey, { nodeId }: ReceiveRequest): readonly PartitionKeys[] => {
    const id = callId(call)
    const last = toldOf.get(nodeId)
    if (last?.call === id) return last.partitions
    const partitions = hints.take(nodeId).map((index) => space.partitions[index] as PartitionKeys)
    toldOf.set(nodeId, { call: id, partitions })
    return partitions
  }

  if (space.partitions.length === 1) {
    return async (call, request) => (await receiveFrom(space, space.first, { call, piece: 0, request })).reply
  }

  return async (call, request) => {
    const partitions = inTurn(space.partitions, call.number)
    const asked = { call, piece: 0, request }
    const [first] = await Promise.all([receiveRound(space, told(call, request), asked), mark(request, true)])
    const left = request.limit - (first?.reply.bags.length ?? 0)
    const again = {
      ...asked,
      piece: 1,
      request: { ...request, limit: left },
      onlyRepeat: first?.repeated === true,
    }
    const rest = left > 0 ? await receiveAll(space, partitions, again) : undefined
    const { reply } = [first, rest].filter((round) => round !== undefined).reduce(join)
    if (reply.bags.length === request.limit) await mark(request, false)
    return reply
  }
}

/** The partitions, beginning with another one each time. */
function inTurn(partitions: readonly PartitionKeys[], number: number): readonly PartitionKeys[] {
  const from = number % partitions.length
  return [...partitions.slice(from), ...partitions.slice(0, from)]
}

interface ReceiveCall {
  readonly call: CallKey
  readonly piece: number
  readonly request: ReceiveRequest
  /** Ask only for what this call was answered before, and lease nothing new. */
  readonly onlyRepeat?: boolean
}

/** Asks one partition after the other until the limit is reached; nothing if there is none to ask. */
async function receiveRound(
  space: Space,
  partitions: readonly PartitionKeys[],
  round: ReceiveCall,
): Promise<Received | undefined> {
  const { limit } = round.request
  let sum: Received | undefined
  for (const partition of partitions) {
    const request = { ...round.request, limit: limit - (sum?.reply.bags.length ?? 0) }
    const received = await receiveFrom(space, partition, {
      ...round,
      request,
      onlyRepeat: round.onlyRepeat === true || sum?.repeated === true,
    })
    sum = sum === undefined ? received : join(sum, received)
    if (sum.reply.bags.length >= limit) break
  }
  return sum
}

/** Asks all partitions: at once for an equal share each, and then those that gave it whole once more for what is left. */
async function receiveAll(
  space: Space,
  partitions: readonly PartitionKeys[],
  round: ReceiveCall,
): Promise<Received> {
  const { request } = round
  const share = Math.floor(request.limit / partitions.length)
  if (share === 0) return (await receiveRound(space, partitions, round)) as Received
  const asked = { ...round, request: { ...request, limit: share } }
  const shares = await Promise.all(partitions.map((partition) => receiveFrom(space, partition, asked)))
  const sum = shares.reduce(join)
  const full = partitions.filter((_, i) => shares[i]?.reply.bags.length === share)
  const left = request.limit - sum.reply.bags.length
  if (left === 0) return sum
  const next = {
    ...round,
    piece: round.piece + 1,
    request: { ...request, limit: left },
    onlyRepeat: sum.repeated,
  }
  const more = await receiveRound(space, sum.repeated ? partitions : full, next)
  return more === undefined ? sum : join(sum, more)
}

function join(a: Received, b: Received): Received {
  const reply = {
    bags: [...a.reply.bags, ...b.reply.bags],
    now: b.reply.now,
    ended: [...a.reply.ended, ...b.reply.ended],
    ...earlier(a.reply.nextAt, b.reply.nextAt),
  }
  return { reply, repeated: a.repeated || b.repeated }
}

/** Most rounds of what is due before mail is looked at all the same. */
const ADVANCES = 3
/** Things one of these rounds moves. */
const ADVANCE_LIMIT = 100
/** Pieces of a call from here on are the rounds of what is due. */
const ADVANCE_PIECES = 3

async function receiveFrom(space: Space, partition: PartitionKeys, asked: ReceiveCall): Promise<Received> {
  const { call, piece, request } = asked
  const ended: EndedFiring[] = []
  for (let round = 0; ; round++) {
    const mode = asked.onlyRepeat === true ? 'repeat' : round === ADVANCES ? 'force' : ''
    const { nodeId, limit, leaseMs, withoutOutputs, queues } = request
    const args = [nodeId, limit, leaseMs, mode, withoutOutputs ? '1' : '', ...queues.map(escaped)]
    const { state, more } = await space.change('receive', { partition, call, piece, args })
    if (state !== 'due') {
      const reply = await readReply(space, partition, more)
      return { reply: { ...reply, ended }, repeated: state === 'repeat' }
    }
    const due = ADVANCE_PIECES + piece * ADVANCES + round
    const { reply } = await advancePartition(space, partition, { call, piece: due, limit: ADVANCE_LIMIT })
    ended.push(...reply.ended)
  }
}

async function readReply(
  space: Space,
  partition: PartitionKeys,
  [now, nextAt, ids, heads, mail, outputs]: readonly Reply[],
): Promise<Omit<ReceiveReply, 'ended'>> {
  const found = await parseHeads(space, partition, ids as string[], heads as Reply)
  let big = 0
  const bigOutput = (): string => (outputs as string[])[big++] as string
  const bags: MailBag[] = (mail as string[][]).map((texts, i) => ({
    head: found[i] as InstanceHead,
    messages: texts.map((text) => parseMail(text, bigOutput)),
  }))
  return { bags, now: Number(now), ...(nextAt === '' ? {} : { nextAt: Number(nextAt) }) }
}
