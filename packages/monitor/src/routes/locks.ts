import type { LockInfo } from '@dureq/types'
import type { FastifyInstance } from 'fastify'
import { query } from '../schemas/page.ts'
import { integer, object, text } from '../schemas/shared.ts'
import type { RoutesOptions } from './of-client.ts'

/** A route about one lock. */
interface OfLock {
  readonly Params: { readonly key: string }
}

/** `ttl` says the same as `ttl_seconds`: pages read one, programs the other. */
const lockSchema = object(
  { key: text, owner: text, ttl_seconds: integer, ttl: integer, exists: { type: 'boolean' } },
  { epoch: integer },
)

/** Everything below `/locks`: named locks such as leadership. */
export function lockRoutes(app: FastifyInstance, { client }: RoutesOptions): void {
  app.get('/locks', { schema: { response: { 200: { type: 'array', items: lockSchema } } } }, async () => {
    const [locks, { now }] = await Promise.all([client.listLocks(), client.storeInfo()])
    return locks.map((lock) => encodeLock(lock, now))
  })

  app.get<OfLock>(
    '/locks/:key',
    { schema: { response: { 200: lockSchema } } },
    async ({ params: { key } }) => {
      const [locks, { now }] = await Promise.all([client.listLocks(), client.storeInfo()])
      const lock = locks.find(({ name }) => name === key)
      return lock === undefined
        ? { key, owner: '', ttl_seconds: 0, ttl: 0, exists: false }
        : encodeLock(lock, now)
    },
  )

  app.delete<OfLock>(
    '/locks/:key',
    {
      schema: {
        // Pages send it; a lock has a fencing number whatever it says.
        querystring: query('fencing'),
        response: { 200: object({ key: text, status: text }) },
      },
    },
    async ({ params: { key } }) => {
      await client.forceUnlock(key)
      return { key, status: 'unlocked' }
    },
  )
}

function encodeLock({ name, owner, epoch, expiresAt }: LockInfo, now: number): object {
  const seconds = Math.max(0, Math.ceil((expiresAt - now) / 1000))
  return { key: name, owner, ttl_seconds: seconds, ttl: seconds, exists: true, epoch }
}
