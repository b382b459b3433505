import type { AcquireOutcome, CallKey, LeasesRole, LockInfo } from '@dureq/types'
import type { Reply } from './gateway.ts'
import type { Space } from './space.ts'

/** The `leases` role on Redis: named locks, all in the first partition. */
export function createLeases(space: Space): LeasesRole {
  const send = async (call: CallKey, ...args: readonly (string | number)[]): Promise<string> =>
    (await space.change('lock', { partition: space.first, call, args })).answer

  return {
    async acquire(call, name, owner, ttlMs): Promise<AcquireOutcome> {
      const answer = await send(call, 'acquire', name, owner, '', ttlMs)
      const [kind, number, ...rest] = answer.split(',')
      return kind === 'acquired'
        ? { kind, epoch: Number(number) }
        : { kind: 'held', owner: rest.join(','), expiresAt: Number(number) }
    },
    renew: async (call, name, owner, epoch, ttlMs) =>
      (await send(call, 'renew', name, owner, epoch, ttlMs)) === '1',
    release: async (call, name, owner, epoch) => (await send(call, 'release', name, owner, epoch, 0)) === '1',
    forceRelease: async (call, name) => (await send(call, 'force', name, '', '', 0)) === '1',

    async inspect() {
      const now = await space.now()
      const flat = (await space.read('HGETALL', space.first.of('locks'))) as Reply[]
      const locks: LockInfo[] = []
      for (let i = 0; i < flat.length; i += 2) {
        const [epoch, expires, ...owner] = String(flat[i + 1]).split('\t')
        const expiresAt = Number(expires)
        if (expiresAt > now) {
          locks.push({ name: String(flat[i]), owner: owner.join('\t'), epoch: Number(epoch), expiresAt })
        }
      }
      return locks.sort((a, b) => (a.name < b.name ? -1 : 1))
    },
  }
}
