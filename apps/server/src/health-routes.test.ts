import type { WorkerHealth } from '@dureq/worker'
import { fastify } from 'fastify'
import { describe, expect, it } from 'vitest'
import { type HealthRoutesOptions, healthRoutes } from './health-routes.ts'

type Store = HealthRoutesOptions['store']

/** A store whose answer to everything is this. */
const storeThat = (info: () => Promise<unknown>): Store => ({ inspector: { info } }) as unknown as Store

const worker = (status: string): WorkerHealth => ({ status, handlers: 3 }) as unknown as WorkerHealth

async function ask(url: string, given: Partial<HealthRoutesOptions>): Promise<[number, unknown]> {
  const app = fastify()
  healthRoutes(app, {
    store: storeThat(() => Promise.resolve({})),
    workerHealth: () => worker('running'),
    isStopping: () => false,
    longestDelayMs: () => 0,
    maxEventLoopDelayMs: 1_000,
    ...given,
  })
  const response = await app.inject(url)
  await app.close()
  return [response.statusCode, response.json()]
}

describe('a node that is well', () => {
  it.each(['running', 'draining'])('is ready while its worker is %s', async (status) => {
    const given = { workerHealth: () => worker(status), longestDelayMs: () => 1_000 }
    expect(await ask('/healthz', given)).toEqual([200, { status: 'healthy' }])
    expect(await ask('/readyz', given)).toEqual([200, { status: 'ready', handlers: 3 }])
  })

  it('is ready without a worker', async () => {
    expect(await ask('/readyz', { workerHealth: () => undefined })).toEqual([
      200,
      { status: 'ready', handlers: 0 },
    ])
  })
})

describe('a node that is sick', () => {
  it.each<[string, Partial<HealthRoutesOptions>]>([
    ['the store does not answer', { store: storeThat(() => Promise.reject(new Error('away'))) }],
    ['the event loop was blocked for 1001 ms', { longestDelayMs: () => 1_001 }],
    ['the worker is stalled: it takes no jobs although it should', { workerHealth: () => worker('stalled') }],
  ])('is neither healthy nor ready: %s', async (problem, given) => {
    expect(await ask('/healthz', given)).toEqual([503, { status: 'unhealthy', error: problem }])
    expect(await ask('/readyz', given)).toEqual([503, { status: 'not ready', reason: problem }])
  })
})

describe('a node that is not at work', () => {
  it.each<[string, Partial<HealthRoutesOptions>]>([
    ['the node is stopping', { isStopping: () => true }],
    ['the worker is starting', { workerHealth: () => worker('starting') }],
    ['the worker is disconnected', { workerHealth: () => worker('disconnected') }],
  ])('is healthy and not ready: %s', async (reason, given) => {
    expect(await ask('/healthz', given)).toEqual([200, { status: 'healthy' }])
    expect(await ask('/readyz', given)).toEqual([503, { status: 'not ready', reason }])
  })
})
