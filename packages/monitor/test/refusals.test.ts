import { createVirtualClock } from '@dureq/store-testing'
import { describe, expect, it } from 'vitest'
import { withApi } from './fixtures/api.ts'

const apiToken = 'a-token-of-some-length'
const right = { authorization: `Bearer ${apiToken}` }
const wrong = { authorization: 'Bearer another-token' }

describe('an address that is refused again and again', () => {
  it('has to wait after the twentieth time, till its minute is over', async () => {
    const clock = createVirtualClock()
    await withApi(
      async ({ get }) => {
        for (let i = 0; i < 20; i++) expect((await get('/api/jobs', wrong)).status).toBe(401)
        await clock.advanceBy(15_000)
        expect(await get('/api/jobs', wrong)).toMatchObject({
          status: 429,
          headers: { 'retry-after': '45' },
          body: { code: 'too-many-refusals' },
        })
        expect((await get('/api/jobs', right)).status).toBe(200)
        await clock.advanceBy(45_000)
        expect((await get('/api/jobs', wrong)).status).toBe(401)
      },
      { apiToken, clock },
    )
  })

  it('waits alone', () =>
    withApi(
      async ({ app }) => {
        const ask = async (remoteAddress: string): Promise<number> =>
          (await app.inject({ url: '/api/jobs', headers: wrong, remoteAddress })).statusCode
        expect([await ask('192.0.2.1'), await ask('192.0.2.1')]).toEqual([401, 429])
        expect(await ask('192.0.2.2')).toBe(401)
      },
      { apiToken, failuresPerMinute: 1 },
    ))

  it('never waits for what succeeds, or is wrong in another way', () =>
    withApi(
      async ({ get }) => {
        for (let i = 0; i < 5; i++) {
          expect((await get('/api/jobs', right)).status).toBe(200)
          expect((await get('/api/jobs/none', right)).status).toBe(404)
        }
        expect((await get('/api/jobs', wrong)).status).toBe(401)
      },
      { apiToken, failuresPerMinute: 1 },
    ))
})

it('serves other machines only with a token', async () => {
  const ask = { url: '/api/jobs', headers: { host: 'localhost' }, remoteAddress: '192.0.2.1' }
  await withApi(async ({ app }) => {
    const refused = await app.inject(ask)
    expect([refused.statusCode, refused.json().code]).toEqual([403, 'foreign-host'])
    expect((await app.inject({ ...ask, remoteAddress: '::ffff:127.0.0.1' })).statusCode).toBe(200)
  })
  await withApi(
    async ({ app }) => {
      const headers = { host: 'dureq.example.com', ...right }
      expect((await app.inject({ ...ask, headers })).statusCode).toBe(200)
    },
    { apiToken },
  )
})

describe('each answer', () => {
  it('tells browsers to keep, frame and guess nothing, and has the id of its request', () =>
    withApi(
      async ({ get }) => {
        const answers = [
          await get('/api/jobs', right),
          await get('/api/jobs', wrong),
          await get('/api/jobs/none', right),
          await get('/api/nothing', right),
          await get('/api/jobs/%zz', right),
        ]
        expect(answers.map(({ status }) => status)).toEqual([200, 401, 404, 404, 400])
        for (const { headers } of answers.slice(0, 4)) {
          expect(headers).toMatchObject({
            'cache-control': 'no-store',
            'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
            'referrer-policy': 'no-referrer',
            'x-content-type-options': 'nosniff',
          })
        }
        const ids = answers.map(({ headers }) => headers['x-request-id'])
        expect(ids.every((id) => typeof id === 'string' && id !== '')).toBe(true)
        expect(new Set(ids).size).toBe(ids.length)
      },
      { apiToken },
    ))
})
