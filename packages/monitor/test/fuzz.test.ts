import { checkJsonSchema } from '@dureq/types'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { errorSchema } from '../src/schemas/error.ts'
import { type Api, openApi } from './fixtures/api.ts'
import { fillStore } from './fixtures/full-store.ts'
import { anyRequest, wrongRequest } from './fixtures/fuzz-requests.ts'
import { createRandom } from './fixtures/random.ts'

/** Of each kind; a seed of its own repeats a run. */
const REQUESTS = 10_000
const seed = Number(process.env['DUREQ_FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 32))

let api: Api
let ids: readonly string[]
beforeAll(async () => {
  api = await openApi({ failuresPerMinute: 1_000_000 })
  const { jobs, schedules, workflows, batches, runs, node } = await fillStore(api)
  await api.rest()
  ids = [jobs, workflows, batches, runs]
    .flatMap((each) => Object.values(each))
    .concat(schedules, node, 'echo', 'low')
}, 60_000)
afterAll(() => api.close())

/** Everything the API shows of what is stored. */
async function digest(): Promise<string> {
  const paths = ['jobs', 'schedules', 'workflows', 'batches', 'dlq', 'history/runs', 'history/events'].map(
    (path) => `${path}?limit=100`,
  )
  const others = [
    'groups',
    'config',
    'locks',
    'queues',
    'task-types',
    'stats',
    'concurrency/acme',
    'unique-keys/order%2F7',
  ]
  const answers = await Promise.all([...paths, ...others].map((path) => api.get(`/api/${path}`)))
  const passing = ['ttl', 'ttl_seconds', 'rate_available', 'rate_until']
  const bodies = answers.map(({ body }) => body)
  return JSON.stringify(bodies, (name, value: unknown) => (passing.includes(name) ? undefined : value))
}

it(`refuses what is wrong, and changes nothing (seed ${seed})`, async () => {
  const random = createRandom(seed)
  const before = await digest()
  for (let i = 0; i < REQUESTS; i++) {
    const request = wrongRequest(random, ids)
    const { statusCode, body } = await api.app.inject(request)
    expect(statusCode, JSON.stringify(request)).toBeGreaterThanOrEqual(400)
    expect(statusCode, JSON.stringify(request)).toBeLessThan(500)
    checkJsonSchema(errorSchema, JSON.parse(body), 'answer')
  }
  expect(await digest()).toBe(before)
}, 120_000)

it(`never fails, and what it refuses leaves no trace (seed ${seed})`, async () => {
  const { store, app } = api
  const random = createRandom(seed + 1)
  const place = async (): Promise<string> =>
    JSON.stringify([await store.events.latest(), (await store.settings.get()).version])
  let before = await place()
  const statuses = new Map<number, number>()
  for (let i = 0; i < REQUESTS; i++) {
    const request = anyRequest(random, ids)
    const { statusCode } = await app.inject(request)
    statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1)
    expect(statusCode, JSON.stringify(request)).toBeLessThan(500)
    const after = await place()
    if (statusCode >= 400) expect(after, JSON.stringify(request)).toBe(before)
    before = after
  }
  // Otherwise it would have looked at one side only.
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 201, 400, 404, 409]))
}, 120_000)
