import type { Beat, BeatOutcome, CallKey, EndedFiring, RunsRole, SettleReply } from '@dureq/types'
import { partitionOfKey } from '@dureq/types'
import { advanceAll } from './advance.ts'
import { createClaimer } from './claim.ts'
import { readEnded } from './ended.ts'
import { pushMemo, readMemos } from './memory.ts'
import { pushOutcome } from './outcome-args.ts'
import { cut } from './pieces.ts'
import type { Space } from './space.ts'
import { createTrips } from './trips.ts'
import type { Waker } from './waker.ts'

/** The `runs` role on Redis. */
export function createRuns(space: Space, waker: Waker): RunsRole {
  const trips = space.partitions.length === 1 ? createTrips(space) : undefined
  const claimer = createClaimer(space, trips)

  /** Sends some arguments per lease to the partitions of their firings. */
  const send = async <Item extends { readonly firingId: string }>(
    script: string,
    call: CallKey,
    items: readonly Item[],
    push: (args: (string | number)[], item: Item) => void,
    sizeOf?: (item: Item) => number,
  ): Promise<{ letters: string[]; ended: readonly EndedFiring[] }> => {
    const letters: string[] = items.map(() => LOST)
    const ended: (readonly EndedFiring[])[] = []
    const pieces = cut(items, ({ firingId }) => space.home(firingId), sizeOf)
    await Promise.all(
      pieces.map(async ({ partition, piece, items: some, places }) => {
        const args: (string | number)[] = []
        for (const item of some) push(args, item)
        const alone = trips !== undefined && script === 'settle' && pieces.length === 1
        const { answer } = await (alone
          ? trips.settle({ call, args })
          : space.change(script, { partition, call, piece, args }))
        const reply = await readEnded(space, partition, { answer, items: some })
        for (let i = 0; i < places.length; i++) letters[places[i] as number] = reply.outcomes[i] as string
        ended[piece] = reply.ended
      }),
    )
    return { letters, ended: ended.length === 1 ? (ended[0] as readonly EndedFiring[]) : ended.flat() }
  }

  return {
    claim: (call, request) => claimer(call, request),

    async extend(call, beats) {
      const { letters } = await send('extend', call, beats, pushBeat)
      return letters.map((letter) => BEATS[letter] as BeatOutcome)
    },

    async settle(call, outcomes) {
      return settled(await send('settle', call, outcomes, pushOutcome))
    },

    async release(call, leases) {
      return settled(
        await send('release', call, leases, (args, { firingId, token }) => args.push(firingId, token)),
      )
    },

    async memo(call, writes) {
      const { letters } = await send('memo', call, writes, pushMemo, ({ value }) => value.length)
      return letters.map((letter) => (letter === LOST ? 'lost' : 'saved'))
    },

    memos: (lease) => readMemos(space, lease),

    async throttle(call, keys) {
      const pieces = cut(keys, ({ key }) => space.partitions[partitionOfKey(key, space.partitions.length)])
      await Promise.all(
        pieces.map(({ partition, piece, items }) => {
          const args = items.flatMap(({ key, forMs }) => [key, Math.ceil(forMs)])
          return space.change('throttle', { partition, call, piece, args })
        }),
      )
    },

    advance: (call, limit) => advanceAll(space, call, limit),

    wait: (request, options) => waker.wait(request, options),
  }
}

const LOST = 'l'

const BEATS: Readonly<Record<string, BeatOutcome>> = { v: 'live', l: 'lost', c: 'cancelRequested' }

function pushBeat(args: (string | number)[], beat: Beat): void {
  const { firingId, token, leaseMs, started, progress = '' } = beat
  args.push(firingId, token, leaseMs, started ? '1' : '0', progress)
}

function settled({ letters, ended }: { letters: string[]; ended: readonly EndedFiring[] }): SettleReply {
  return { outcomes: letters.map((letter) => (letter === LOST ? 'lost' : 'settled')), ended }
}
