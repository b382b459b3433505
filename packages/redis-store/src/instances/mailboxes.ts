import {
  type CommitOutcome,
  type EndedFiring,
  type JsonText,
  type MailboxesRole,
  type Part,
  type PendingSignal,
  type SignalStats,
} from '@dureq/types'
import { readEnded } from '../ended.ts'
import type { Reply } from '../gateway.ts'
import { byPartition, cut } from '../pieces.ts'
import type { Space } from '../space.ts'
import { commitArgs, sizeOfCommit } from './commit-args.ts'
import { escaped } from './escaped.ts'
import type { MailHints } from './mail-hints.ts'
import { parseSignal } from './mail-text.ts'
import { createReceiver } from './receive.ts'

const OUTCOMES: Readonly<Record<string, CommitOutcome>> = { c: 'committed', x: 'conflict', u: 'unknown' }

/** The `mailboxes` role on Redis. */
export function createMailboxes(space: Space, hints: MailHints): MailboxesRole {
  return {
    receive: createReceiver(space, hints),

    async extend(call, mail, leaseMs) {
      const outcomes = mail.map(() => false)
      const pieces = cut(mail, ({ id }) => space.home(id))
      await Promise.all(
        pieces.map(async ({ partition, piece, items, places }) => {
          const args = [leaseMs, ...items.flatMap(({ id, version }) => [id, version])]
          const { answer } = await space.change('extend-mail', { partition, call, piece, args })
          for (const [i, place] of places.entries()) outcomes[place] = answer[i] === '1'
        }),
      )
      return outcomes
    },

    async parts(id, names) {
      const partition = space.home(id)
      if (partition === undefined || names.length === 0) return names.map(() => undefined)
      const texts = (await space.read('HMGET', partition.key('p', id), ...names)) as Reply[]
      return texts.map((text, i): Part | undefined =>
        typeof text === 'string' ? { name: names[i] as string, text } : undefined,
      )
    },

    async marked(id, set, { limit, offset = 0 }) {
      const partition = space.home(id)
      if (partition === undefined) return { names: [], total: 0 }
      const key = partition.key('pm', `${id}:${escaped(set)}`)
      const [names, total] = await Promise.all([
        limit === 0 ? [] : space.read('ZRANGE', key, offset, offset + limit - 1),
        space.read('ZCARD', key),
      ])
      return { names: names as string[], total: Number(total) }
    },

    async commit(call, commits) {
      const outcomes: CommitOutcome[] = commits.map(() => 'unknown')
      const ended: (readonly EndedFiring[])[] = []
      const pieces = cut(commits, ({ id }) => space.home(id), sizeOfCommit)
      await Promise.all(
        pieces.map(async ({ partition, piece, items, places }) => {
          const steps = items.map((commit) => commitArgs(commit, partition.index, space.partitions.length))
          const met = new Set(items.flatMap(({ id, send }) => [id, ...send.map(({ to }) => to)]))
          const args: (string | number)[] = [met.size, ...met]
          for (const step of steps) args.push(step.length, ...step)
          const { answer } = await space.change('commit-steps', {
            partition,
            call,
            piece,
            args,
            leavesNow: true,
          })
          const reply = await readEnded(space, partition, { answer })
          for (const [i, place] of places.entries())
            outcomes[place] = OUTCOMES[reply.outcomes[i] as string] as CommitOutcome
          ended[piece] = reply.ended
        }),
      )
      return { outcomes, ended: ended.flat() }
    },

    async places(id, set, names) {
      const partition = space.home(id)
      if (partition === undefined || names.length === 0) return names.map(() => undefined)
      const scores = await space.read('ZMSCORE', partition.key('pm', `${id}:${escaped(set)}`), ...names)
      return (scores as Reply[]).map((score) => (score === null ? undefined : Number(score)))
    },

    async signals(id, { name, limit }) {
      const partition = space.home(id)
      if (partition === undefined || limit === 0) return []
      const args = [id, limit, name === undefined ? '' : JSON.stringify(name)]
      const texts = (await space.run('signals', { partition, args })) as string[]
      return texts.map((text): PendingSignal => parseSignal(text))
    },

    async acknowledge(call, id, signalIds) {
      const partition = space.home(id)
      if (partition === undefined) return signalIds.map(() => false)
      const args = [id, ...signalIds]
      const { answer } = await space.change('acknowledge', { partition, call, args })
      return signalIds.map((_, i) => answer[i] === '1')
    },

    async signalStats(ids) {
      const stats: SignalStats[] = ids.map(() => ({ pending: 0 }))
      await Promise.all(
        byPartition(space, ids).map(async ({ partition, items, places }) => {
          const flat = (await space.run('signal-stats', { partition, args: items })) as Reply[]
          for (const [i, place] of places.entries()) stats[place] = readStats(flat[2 * i], flat[2 * i + 1])
        }),
      )
      return stats
    },

    async definitions(hashes) {
      if (hashes.length === 0) return []
      const found = await Promise.all(
        space.partitions.map((partition) =>
          space.read('MGET', ...hashes.map((hash) => partition.key('d', hash))),
        ),
      )
      return hashes.map((_, i) => {
        const texts = found.map((reply) => (reply as Reply[])[i])
        return texts.find((text): text is JsonText => typeof text === 'string')
      })
    },
  }
}

function readStats(pending: Reply | undefined, oldestAt: Reply | undefined): SignalStats {
  return { pending: Number(pending), ...(oldestAt === '' ? {} : { oldestAt: Number(oldestAt) }) }
}
