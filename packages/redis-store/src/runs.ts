import type { Beat, BeatOutcome, CallKey, EndedFiring, RunOutcome, RunsRole, SettleReply } from '@dureq/types'
import { advanceAll } from './advance.ts'
import { createClaimer } from './claim.ts'
import { readEnded } from './ended.ts'
import { byPartition } from './pieces.ts'
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
    const letters: string[] = items.map(() => 'l')
    const ended: (readonly EndedFiring[])[] = []
    await Promise.all(
      byPartition(
        space,
        items.map(({ firingId }) => firingId),
      ).map(async ({ partition, piece, items: ids, places }) => {
        const args = places.flatMap((place) => argsOf(items[place] as Item))
        const { answer } = await space.change(script, { partition, call, piece, args })
        const reply = await readEnded(space, partition, answer, ids)
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

    advance: (call, limit) => advanceAll(space, call, limit),

    wait: (request, options) => waker.wait(request, options),
  }
}

const BEATS: Readonly<Record<string, BeatOutcome>> = { v: 'live', l: 'lost', c: 'cancelRequested' }

function beatArgs({ firingId, token, leaseMs, started, progress = '' }: Beat): readonly (string | number)[] {
  return [firingId, token, leaseMs, started ? '1' : '0', progress]
}

function outcomeArgs(outcome: RunOutcome): readonly (string | number)[] {
  const { firingId, token } = outcome
  const lease = [firingId, '', token]
  switch (outcome.kind) {
    case 'succeeded': {
      const { output = '', skipped } = outcome
      if (skipped === undefined && token !== '') return [firingId, token, output]
      return [...lease, 'succeeded', output, skipText(skipped), '']
    }
    case 'failed': {
      const { then } = outcome
      const delay = then.do === 'retry' ? then.delayMs : then.do === 'pause' ? (then.resumeAfterMs ?? '') : ''
      return [...lease, then.do, JSON.stringify(outcome.error), delay, outcome.status]
    }
    case 'repeated':
      return [...lease, 'repeated', '', outcome.delayMs, '']
    case 'paused': {
      const { reason, resumeAfterMs } = outcome
      const error = reason === undefined ? 'pause' : `pause: ${reason}`
      const text = reason === undefined ? '' : JSON.stringify(reason)
      return [...lease, 'paused', text, resumeAfterMs ?? '', JSON.stringify(error)]
    }
    case 'cancelled':
      return [...lease, 'cancelled', JSON.stringify(outcome.reason ?? 'cancelled'), '', '']
  }
}

function skipText(skipped: string | undefined): string {
  if (skipped === undefined) return ''
  return JSON.stringify(skipped === '' ? 'skip' : `skip: ${skipped}`)
}

function settled({ letters, ended }: { letters: string[]; ended: readonly EndedFiring[] }): SettleReply {
  return { outcomes: letters.map((letter) => (letter === 'l' ? 'lost' : 'settled')), ended }
}
