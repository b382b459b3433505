import { randomBytes } from 'node:crypto'
import type { StoreAdapter, StoreUnderTest } from '@dureq/store-testing'
import type { Clock } from '@dureq/types'
import { Redis } from 'ioredis'
import { createRedisStore } from '../src/index.ts'

/** Kinds of keys the store keeps of itself, of its nodes, or of the calls it remembers. */
const OWN_KINDS = new Set(['meta', 'names', 'numbers', 'sets', 'nodes', 'node-ttl', 'locks', 'days'])
const NODE_KINDS = new Set(['members', 'asleep', 'serve', 'ring', 'wake'])

/** Stores on the redis-server of the test run, each below a prefix of its own. */
export function redisAdapter(port: number, partitions: number): StoreAdapter {
  return {
    async create({ clock }: { readonly clock?: Clock }): Promise<StoreUnderTest> {
      const keyPrefix = `t${randomBytes(6).toString('hex')}`
      const open = () =>
        createRedisStore({
          url: `redis://127.0.0.1:${port}`,
          keyPrefix,
          partitions,
          ...(clock === undefined ? {} : { clock }),
        })
      const stores = [open()]
      const admin = new Redis(port)
      return {
        store: stores[0] as ReturnType<typeof open>,
        async another() {
          const store = open()
          stores.push(store)
          return store
        },
        leftovers: () => leftovers(admin, keyPrefix),
        async close() {
          await Promise.all(stores.map((store) => store.close()))
          const keys = await keysOf(admin, keyPrefix)
          if (keys.length > 0) await admin.del(...keys)
          admin.disconnect()
        },
      }
    },
  }
}

async function keysOf(admin: Redis, prefix: string): Promise<string[]> {
  const keys: string[] = []
  for await (const page of admin.scanStream({ match: `{${prefix}:*}:*`, count: 1_000 }))
    keys.push(...(page as string[]))
  return keys
}

async function leftovers(admin: Redis, prefix: string): Promise<readonly string[]> {
  const keys = await keysOf(admin, prefix)
  const standing = await Promise.all(keys.map((key) => holdsNothing(admin, key)))
  const empty = new Set(keys.filter((_, i) => standing[i]))
  const traces = keys
    .filter((key) => !empty.has(key))
    .map((key) => key.slice(key.indexOf('}:') + 2))
    .filter((name) => !OWN_KINDS.has(name) && !NODE_KINDS.has(name.split(':')[0] as string))
  return traces.sort()
}

/** An emptied stream, and the set of leases with nothing but the member that keeps its form. */
async function holdsNothing(admin: Redis, key: string): Promise<boolean> {
  if (key.endsWith(':events')) return (await admin.xlen(key)) === 0
  if (!key.endsWith(':leases')) return false
  return (await admin.zrange(key, '0', '-1')).every((member) => /^-+$/.test(member))
}
