import type {
  AdvanceReply,
  Beat,
  BeatOutcome,
  CallKey,
  ClaimReply,
  ClaimRequest,
  EndedFiring,
  LeasedRun,
  RunOutcome,
  RunsRole,
  SettleReply,
} from '@dureq/types'
import { callId } from '@dureq/types'
import { readEnded } from './ended.ts'
import type { Reply } from './gateway.ts'
import type { PartitionKeys } from './keys.ts'
import { byPartition } from './pieces.ts'
import { numbersIn, parseRecord, toLease } from './record.ts'
import { copySettings } from './settings.ts'
import type { Space } from './space.ts'
import type { Waker } from './waker.ts'

/** The `runs` role on Redis. */
export function createRuns(space: Space, waker: Waker): RunsRole {
  const claimer = createClaimer(space)

  /** Sends one line of arguments per lease to the partitions of their firings. */
  const send = async <Item extends { readonly firingId: string }>(
    script: string,
    call: CallKey,
    items: readonly Item[],
    argsOf: (item: Item) => readonly (string | number)[],
  ): Promise<{ letters: string[]; ended: readonly EndedFiring[] }> => {
    const letters: string[] = new Array(items.length).fill('l')
    const ended: (readonly EndedFiring[])[] = []
    await Promise.all(
      byPartition(
        space,
        items.map(({ firingId }) => firingId),
      ).map(async ({ partition, piece, places }) => {
        const args = places.flatMap((place) => argsOf(items[place] as Item))
        const { answer } = await space.change(script, { partition, call, piece, args })
        const reply = await readEnded(space, partition, answer)
        places.forEach((place, i) => {
          letters[place] = reply.outcomes[i] as string
        })
        ended[piece] = reply.ended
      }),
    )
    return { letters, ended: ended.flat() }
  }

  return {
    claim: (call, request) => claimer(call, request),

    async extend(call, beats) {
      const { letters } = await send('extend', call, beats, beatArgs)
      return letters.map((letter) => BEATS[letter] as BeatOutcome)
    },

    async settle(call, outcomes) {
      return settled(await send('settle', call, outcomes, outcomeArgs))
    },

    async release(call, leases) {
      return settled(await send('release', call, leases, ({ firingId, token }) => [firingId, token]))
    },

    async advance(call, limit) {
      const replies = await Promise.all(
        space.partitions.map((partition) => advance(space, partition, call, limit)),
      )
      const version = replies[0]?.settings ?? 0
      const lagging = space.partitions.filter((_, i) => (replies[i]?.settings ?? 0) < version)
      await Promise.all(lagging.map((partition) => copySettings(space, partition)))
      return replies.map(({ reply }) => reply).reduce(joinAdvances)
    },

    wait: (request, options) => waker.wait(request, options),
  }
}

const BEATS: Readonly<Record<string, BeatOutcome>> = { v: 'live', l: 'lost', c: 'cancelRequested' }

function beatArgs({ firingId, token, leaseMs, started, progress = '' }: Beat): readonly (string | number)[] {
  return [firingId, token, leaseMs, started ? '1' : '0', progress]
}

function outcomeArgs(outcome: RunOutcome): readonly (string | number)[] {
  const { firingId, token } = outcome
  switch (outcome.kind) {
    case 'succeeded':
      return [firingId, token, 'succeeded', outcome.output ?? '', skipText(outcome.skipped), '']
    case 'failed': {
      const { then } = outcome
      const delay = then.do === 'retry' ? then.delayMs : then.do === 'pause' ? (then.resumeAfterMs ?? '') : ''
      return [firingId, token, then.do, JSON.stringify(outcome.error), delay, outcome.status]
    }
    case 'repeated':
      return [firingId, token, 'repeated', '', outcome.delayMs, '']
    case 'paused': {
      const { reason, resumeAfterMs } = outcome
      const error = reason === undefined ? 'pause' : `pause: ${reason}`
      const text = reason === undefined ? '' : JSON.stringify(reason)
      return [firingId, token, 'paused', text, resumeAfterMs ?? '', JSON.stringify(error)]
    }
    case 'cancelled':
      return [firingId, token, 'cancelled', JSON.stringify(outcome.reason ?? 'cancelled'), '', '']
  }
}

function skipText(skipped: string | undefined): string {
  if (skipped === undefined) return ''
  return JSON.stringify(skipped === '' ? 'skip' : `skip: ${skipped}`)
}

function settled({ letters, ended }: { letters: string[]; ended: readonly EndedFiring[] }): SettleReply {
  return { outcomes: letters.map((letter) => (letter === 's' ? 'settled' : 'lost')), ended }
}

interface PartitionAdvance {
  readonly reply: AdvanceReply
  readonly settings: number
}

async function advance(
  space: Space,
  partition: PartitionKeys,
  call: CallKey,
  limit: number,
): Promise<PartitionAdvance> {
  const args = [limit, partition.index === 0 ? '1' : '0']
  const { answer } = await space.change('advance', { partition, call, args })
  const { outcomes, ended } = await readEnded(space, partition, answer)
  const [moved, now, nextAt, settings] = outcomes.split(',')
  const due = nextAt === '' ? {} : { nextAt: Number(nextAt) }
  return { reply: { moved: Number(moved), ended, now: Number(now), ...due }, settings: Number(settings) }
}

function joinAdvances(a: AdvanceReply, b: AdvanceReply): AdvanceReply {
  return {
    moved: Math.max(a.moved, b.moved),
    ended: [...a.ended, ...b.ended],
    now: a.now,
    ...earlier(a.nextAt, b.nextAt),
  }
}

function earlier(a: number | undefined, b: number | undefined): { readonly nextAt?: number } {
  const first = Math.min(a ?? Number.POSITIVE_INFINITY, b ?? Number.POSITIVE_INFINITY)
  return Number.isFinite(first) ? { nextAt: first } : {}
}

type Claimed = Extract<ClaimReply, { kind: 'claimed' }>

/**
 * Claims over the partitions, beginning with another one each time. With several, the node is marked as sleeping
 * where the wake lists are and everything is looked at once more, so that nothing falls between.
 */
function createClaimer(space: Space): RunsRole['claim'] {
  let turn = 0
  const asleep = new Set<string>()

  const mark = async (request: ClaimRequest, sleeps: boolean): Promise<void> => {
    const args = [request.nodeId, request.handlerSet, sleeps ? '1' : '0']
    await space.run('sleep', { partition: space.first, args })
    if (sleeps) asleep.add(request.nodeId)
    else asleep.delete(request.nodeId)
  }

  const round = async (call: CallKey, request: ClaimRequest, piece: number): Promise<ClaimReply> => {
    const { partitions } = space
    const from = turn++
    let sum: Claimed | undefined
    for (let i = 0; i < partitions.length; i++) {
      const partition = partitions[(from + i) % partitions.length] as PartitionKeys
      const left = request.limit - (sum?.leases.length ?? 0)
      const reply = await claimFrom(space, partition, { call, piece, request: { ...request, limit: left } })
      if (reply.kind === 'unknownSet') return reply
      sum = sum === undefined ? reply : join(sum, reply)
      if (sum.leases.length >= request.limit) break
    }
    return sum as Claimed
  }

  return async (call, request) => {
    if (space.partitions.length === 1) return round(call, request, 0)
    if (asleep.has(request.nodeId)) await mark(request, false)
    const first = await round(call, request, 0)
    if (first.kind === 'unknownSet' || first.leases.length > 0) return first
    await mark(request, true)
    return round(call, request, 1)
  }
}

function join(a: Claimed, b: Claimed): Claimed {
  return {
    kind: 'claimed',
    leases: [...a.leases, ...b.leases],
    ended: [...a.ended, ...b.ended],
    now: b.now,
    ...earlier(a.nextAt, b.nextAt),
  }
}

interface ClaimCall {
  readonly call: CallKey
  readonly piece: number
  readonly request: ClaimRequest
}

async function claimFrom(
  space: Space,
  partition: PartitionKeys,
  { call, piece, request }: ClaimCall,
): Promise<ClaimReply> {
  const { nodeId, handlerSet, limit, start, free = {} } = request
  const prefix = `${callId(call)}.${partition.index.toString(36)}.${piece}`
  const args = [nodeId, handlerSet, limit, start ? '1' : '0', prefix, ...Object.entries(free).flat()]
  const { answer, more } = await space.change('claim', { partition, call, piece, args })
  if (answer === 'unknown') return { kind: 'unknownSet' }
  const [now, nextAt, ...rows] = more
  const { ended } = await readEnded(space, partition, answer)
  return {
    kind: 'claimed',
    leases: await readLeases(space, partition, rows),
    ended,
    now: Number(now),
    ...(nextAt === '' ? {} : { nextAt: Number(nextAt) }),
  }
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
