import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashToken } from '@dureq/monitor'
import { Faults } from '@dureq/types'
import { pino } from 'pino'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { checkConfig } from '../src/config/check-config.ts'
import type { Config } from '../src/config/config.ts'
import { type ServerNode, startNode } from '../src/server-node.ts'

const dir = mkdtempSync(join(tmpdir(), 'dureq-node-'))
afterAll(() => rmSync(dir, { recursive: true }))

let files = 0

function configure(given: Record<string, unknown>): Config {
  const faults = new Faults()
  const sqlite = { path: join(dir, `${files++}.db`) }
  const config = checkConfig({ port: 0, sqlite, ...given }, faults)
  faults.throwIfAny()
  return config
}

async function withNode(
  given: Record<string, unknown>,
  body: (node: ServerNode) => Promise<void>,
): Promise<void> {
  const node = await startNode(configure(given), pino({ level: 'silent' }))
  try {
    await body(node)
  } finally {
    await node.stop()
  }
}

const json = (url: string, headers?: Record<string, string>): Promise<unknown> =>
  fetch(url, headers === undefined ? {} : { headers }).then((response) => response.json())

async function post(url: string, body: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  return await response.json()
}

async function enqueue(url: string, body: object): Promise<string> {
  return ((await post(`${url}/api/jobs`, body)) as { id: string }).id
}

describe('a node', () => {
  it.each(['SQLite', 'Redis'])('runs jobs and answers for them on %s', async (name) => {
    const module = join(dir, 'handlers.mjs')
    writeFileSync(
      module,
      `export const register = (worker) => worker.handle('shout', ({ text }) => text.toUpperCase())`,
    )
    const keyPrefix = `server-${process.pid}`
    const redis = { url: `redis://127.0.0.1:${inject('redisPort')}`, keyPrefix }
    const config = { handlers: [module], ...(name === 'Redis' ? { redis } : {}) }
    await withNode(config, async ({ url, place }) => {
      expect(place).toContain(name)
      expect(await json(`${url}/readyz`)).toEqual({ status: 'ready', handlers: 6 })
      expect(await json(`${url}/healthz`)).toEqual({ status: 'healthy' })
      const id = await enqueue(url, { task_type: 'shout', payload: { text: 'hello' } })
      let job: unknown
      do job = await json(`${url}/api/jobs/${id}`)
      while (!JSON.stringify(job).includes('"result"'))
      expect(job).toMatchObject({ status: 'completed', result: { output: 'HELLO' } })
    })
  })

  it('serves only what its modes are', async () => {
    await withNode({ modes: ['queue'] }, async ({ url, monitor }) => {
      expect(monitor).toBe(false)
      expect(await json(`${url}/readyz`)).toEqual({ status: 'ready', handlers: 5 })
      expect(await json(`${url}/api/jobs`)).toMatchObject({ code: 'route-not-found' })
    })
    await withNode({ modes: ['monitor'] }, async ({ url }) => {
      expect(await json(`${url}/readyz`)).toEqual({ status: 'ready', handlers: 0 })
      expect(await json(`${url}/api/stats`)).toMatchObject({ active_nodes: 0 })
    })
  })

  it('has the modes it is given, and leaves the rest to other nodes', async () => {
    const sqlite = { path: join(dir, 'shared.db') }
    await withNode({ sqlite, modes: ['scheduler', 'monitor'] }, async ({ url }) => {
      const schedule = { type: 'DURATION', interval: '100ms' }
      const id = await enqueue(url, { task_type: 'echo', payload: { message: 'again' }, schedule })
      const workflow = { definition: { name: 'one', tasks: [{ name: 'only', task_type: 'noop' }] } }
      const started = (await post(`${url}/api/workflows`, workflow)) as { id: string }
      await withNode({ sqlite, modes: ['queue', 'workflow'] }, async ({ monitor }) => {
        expect(monitor).toBe(false)
        for (const path of [`/api/schedules/${id}/firings`, `/api/workflows/${started.id}`]) {
          let answer: unknown
          do answer = await json(url + path)
          while (!JSON.stringify(answer).includes('"status":"completed"'))
        }
      })
    })
  })

  it('serves a page of its own, or a dashboard, beside the API', async () => {
    const page = (url: string): Promise<string> =>
      fetch(url, { headers: { accept: 'text/html' } }).then((response) => response.text())
    await withNode({}, async ({ url }) => expect(await page(url)).toContain('<title>dureq'))
    const dashboardDir = mkdtempSync(join(dir, 'dashboard-'))
    writeFileSync(join(dashboardDir, 'index.html'), 'a dashboard')
    await withNode({ dashboardDir }, async ({ url }) => {
      expect(await page(`${url}/jobs/some-job`)).toBe('a dashboard')
      expect(await json(`${url}/api/health`)).toEqual({ status: 'ok' })
      expect(await json(`${url}/healthz`)).toEqual({ status: 'healthy' })
    })
    await withNode({ modes: ['queue'] }, async ({ url }) => expect((await fetch(url)).status).toBe(404))
  })

  it('can be measured, in every mode, by those who may use the API', async () => {
    const metrics = (url: string, headers = {}): Promise<Response> => fetch(`${url}/metrics`, { headers })
    const apiToken = '0123456789abcdef'
    await withNode({ apiToken, modes: ['queue'] }, async ({ url }) => {
      expect((await metrics(url)).status).toBe(401)
      const response = await metrics(url, { authorization: `Bearer ${apiToken}` })
      expect(response.headers.get('content-type')).toContain('text/plain')
      expect(await response.text()).toMatch(
        /^dureq_store_calls_total\{.*role="nodes",method="announce".*\} 1$/m,
      )
    })
    await withNode({}, async ({ url }) => expect((await metrics(url)).status).toBe(200))
    await withNode({ metrics: false }, async ({ url }) => expect((await metrics(url)).status).toBe(404))
  })

  it('lets viewers look and operators give orders', async () => {
    const [looks, orders] = ['the token of a viewer', 'the token of an operator'].map((token) =>
      token.replaceAll(' ', '-'),
    )
    const tokens = [
      { name: 'vera', role: 'viewer', sha256: hashToken(looks ?? '') },
      { name: 'otto', role: 'operator', sha256: hashToken(orders ?? '') },
    ]
    await withNode({ api: { tokens, origins: ['https://ops.example.com'] } }, async ({ url }) => {
      const ask = async (method: string, path: string, token?: string): Promise<number> => {
        const headers = {
          'content-type': 'application/json',
          ...(token && { authorization: `Bearer ${token}` }),
        }
        const body = method === 'POST' ? { body: JSON.stringify({ task_type: 'noop' }) } : {}
        return (await fetch(url + path, { method, headers, ...body })).status
      }
      for (const path of ['/api/jobs', '/metrics']) {
        expect(await ask('GET', path)).toBe(401)
        expect(await ask('GET', path, looks)).toBe(200)
        expect(await ask('GET', path, orders)).toBe(200)
      }
      expect(await ask('POST', '/api/jobs', looks)).toBe(403)
      expect(await ask('POST', '/api/jobs', orders)).toBe(201)
      const headers = { origin: 'https://ops.example.com', authorization: `Bearer ${looks}` }
      const { headers: answered } = await fetch(`${url}/api/jobs`, { headers })
      expect(answered.get('access-control-allow-origin')).toBe('https://ops.example.com')
    })
  })

  it('asks for its token, but not for its health', async () => {
    const apiToken = '0123456789abcdef'
    await withNode({ apiToken }, async ({ url }) => {
      expect(await json(`${url}/api/jobs`)).toMatchObject({ code: 'unauthorized' })
      expect(await json(`${url}/api/jobs`, { authorization: `Bearer ${apiToken}` })).toMatchObject({
        total: 0,
      })
      expect(await json(`${url}/healthz`)).toEqual({ status: 'healthy' })
    })
  })

  it('is not ready any more once it is told to stop', async () => {
    const node = await startNode(configure({ drainTimeoutMs: 60_000 }), pino({ level: 'silent' }))
    const id = await enqueue(node.url, { task_type: 'sleep', payload: { duration_ms: 1_500 } })
    while (!JSON.stringify(await json(`${node.url}/api/jobs/${id}`)).includes('running')) continue
    const stopped = node.stop()
    const ready = await fetch(`${node.url}/readyz`)
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { status: 'not ready', reason: 'the node is stopping' },
    ])
    await stopped
    await expect(fetch(node.url)).rejects.toThrow()
  })

  it('leaves nothing behind when it cannot start', async () => {
    await withNode({}, async ({ url }) => {
      const port = Number(new URL(url).port)
      await expect(startNode(configure({ port }), pino({ level: 'silent' }))).rejects.toThrow('EADDRINUSE')
    })
    const module = join(dir, 'broken.mjs')
    writeFileSync(module, 'export const handlers = []')
    await expect(startNode(configure({ handlers: [module] }), pino({ level: 'silent' }))).rejects.toThrow(
      'must export a function',
    )
  })
})

describe('the settings of a configuration', () => {
  const tiers = (name: string): object => ({ tiers: [{ name, minPriority: 1, weight: 1 }] })
  const names = async (url: string): Promise<readonly string[]> =>
    ((await json(`${url}/api/queues`)) as { name: string }[]).map(({ name }) => name)

  it.each(['SQLite', 'Redis'])(
    'are given to a store at its first use, and not later, on %s',
    async (name) => {
      const keyPrefix = `first-settings-${process.pid}`
      const redis = { url: `redis://127.0.0.1:${inject('redisPort')}`, keyPrefix }
      const place = name === 'Redis' ? { redis } : { sqlite: { path: join(dir, 'settings.db') } }
      await withNode({ ...place, settings: tiers('first') }, async ({ url }) => {
        expect(await names(url)).toEqual(['first'])
      })
      await withNode({ ...place, settings: tiers('second') }, async ({ url }) => {
        expect(await names(url)).toEqual(['first'])
      })
    },
  )
})

describe('a node with a scheduler', () => {
  it.each(['SQLite', 'Redis'])(
    'fires a schedule again and again, until it is told not to, on %s',
    async (name) => {
      const redis = { url: `redis://127.0.0.1:${inject('redisPort')}`, keyPrefix: `schedules-${process.pid}` }
      await withNode(name === 'Redis' ? { redis } : {}, async ({ url }) => {
        const schedule = { type: 'DURATION', interval: '200ms', overlap_policy: 'SKIP' }
        const id = await enqueue(url, { task_type: 'echo', payload: { message: 'again' }, schedule })
        interface Firings {
          readonly data: readonly { readonly id: string; readonly status: string }[]
        }
        let firings: Firings
        do firings = (await json(`${url}/api/schedules/${id}/firings`)) as Firings
        while (firings.data.filter(({ status }) => status === 'completed').length < 3)
        expect(firings.data.every((firing) => firing.id.startsWith(`${id}:`))).toBe(true)
        expect(await json(`${url}/api/stats`)).toMatchObject({ active_schedules: 1 })

        const response = await fetch(`${url}/api/schedules/${id}`, { method: 'DELETE' })
        expect(await response.json()).toEqual({ job_id: id, status: 'deleted' })
        let job: unknown
        do job = await json(`${url}/api/jobs/${id}`)
        while (!JSON.stringify(job).includes('"completed_at"'))
        expect(job).toMatchObject({ status: 'completed' })
        expect(await json(`${url}/api/schedules/${id}`)).toMatchObject({ code: 'schedule-not-found' })
      })
    },
  )
})

describe('a node with a workflow engine', () => {
  it.each(['SQLite', 'Redis'])('carries a workflow on to its end on %s', async (name) => {
    const redis = { url: `redis://127.0.0.1:${inject('redisPort')}`, keyPrefix: `workflows-${process.pid}` }
    await withNode(name === 'Redis' ? { redis } : {}, async ({ url }) => {
      const definition = {
        name: 'greeting',
        tasks: [
          { name: 'first', task_type: 'echo' },
          { name: 'approved', type: 'wait', signal: 'approval', depends_on: ['first'] },
          { name: 'last', task_type: 'echo', payload: { message: 'bye' }, depends_on: ['approved'] },
        ],
      }
      const input = { message: 'hello' }
      const { id } = (await post(`${url}/api/workflows`, { definition, input })) as { id: string }
      const signal = { name: 'approval', payload: { by: 'ada' } }
      expect(await post(`${url}/api/workflows/${id}/signals`, signal)).not.toHaveProperty('error')
      let workflow: unknown
      do workflow = await json(`${url}/api/workflows/${id}`)
      while (!JSON.stringify(workflow).includes('"completed_at"'))
      expect(workflow).toMatchObject({ status: 'completed', output: { message: 'bye' } })
      expect(await json(`${url}/api/workflows/${id}/tasks/first/result`)).toMatchObject({ output: input })
    })
  })
})
