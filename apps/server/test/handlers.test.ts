import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Client, createClient, type EnqueueOptions, JobFailedError } from '@dureq/client'
import { createSqliteStore } from '@dureq/sqlite-store'
import { type JsonValue, silentLogger } from '@dureq/types'
import { createWorker } from '@dureq/worker'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtinNames } from '../src/config/config.ts'
import { registerBuiltins } from '../src/handlers/builtin.ts'

const store = createSqliteStore({ path: ':memory:' })
const client: Client = createClient({ store })
const worker = createWorker({ store })

beforeAll(async () => {
  registerBuiltins(worker, builtinNames, silentLogger)
  await worker.start()
})

afterAll(async () => {
  await worker.stop({ timeoutMs: 0 })
  await client.close()
  await store.close()
})

const run = async (taskType: string, payload?: unknown, options?: EnqueueOptions): Promise<JsonValue> =>
  client.waitForResult(await client.enqueue(taskType, payload, options))

it('echo gives its message back', async () => {
  expect(await run('echo', { message: 'hello' })).toEqual({ message: 'hello' })
  await expect(run('echo', { text: 'hello' })).rejects.toThrow(JobFailedError)
})

it('noop does nothing', async () => {
  expect(await run('noop', { any: 'thing' })).toBeUndefined()
})

it('sleep sleeps, and wakes when it is cancelled', async () => {
  expect(await run('sleep', { duration_ms: 1, message: 'short' })).toEqual({ slept_ms: 1, message: 'short' })
  const starts = client.subscribe({ types: ['job.started'], taskType: 'sleep' })
  const job = await client.enqueue('sleep', { duration_ms: 200_000 })
  for await (const event of starts) if (event.type !== 'gap' && event.jobId === job.id) break
  await client.cancelJob(job)
  await expect(client.waitForResult(job)).rejects.toMatchObject({ code: 'job-cancelled' })
})

it('fail-always fails at its only attempt', async () => {
  const job = await client.enqueue('fail-always')
  await expect(client.waitForResult(job)).rejects.toMatchObject({
    result: { status: 'dead', error: 'fail-always: intentional failure for testing' },
  })
  expect((await client.getJob(job))?.attempt).toBe(1)
})

describe('http-webhook', () => {
  const seen: { method?: string | undefined; headers: IncomingMessage['headers']; body: string }[] = []
  let server: Server
  let base: string

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString()
      })
      request.on('end', () => {
        seen.push({ method: request.method, headers: request.headers, body })
        const [, status, answer = ''] = (request.url ?? '').split('/')
        response.statusCode = Number(status)
        if (answer === 'large') response.end(`"${'x'.repeat(1024 * 1024)}"`)
        else response.end(decodeURIComponent(answer))
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })

  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  const twice: EnqueueOptions = { retryPolicy: { maxAttempts: 2, initialDelay: 0 } }

  it('sends what it is told to', async () => {
    const payload = {
      url: `${base}/201/${encodeURIComponent('{"ok":true}')}`,
      body: { a: 1 },
      headers: { 'X-A': 'b' },
    }
    expect(await run('http-webhook', payload)).toEqual({ status_code: 201, body: { ok: true } })
    expect(seen.at(-1)).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-a': 'b' },
      body: '{"a":1}',
    })
    await run('http-webhook', { url: `${base}/200`, body: 'x', headers: { 'Content-Type': 'text/x' } })
    expect(seen.at(-1)?.headers['content-type']).toBe('text/x')
    await run('http-webhook', { url: `${base}/200`, method: 'GET' })
    expect(seen.at(-1)).toMatchObject({ method: 'GET', body: '' })
  })

  it('keeps an answer only if it is JSON of at most 1 MiB', async () => {
    expect(await run('http-webhook', { url: `${base}/200/text` })).toEqual({ status_code: 200 })
    expect(await run('http-webhook', { url: `${base}/200/large` })).toEqual({ status_code: 200 })
  })

  it('tries again when the other side is at fault, or not there', async () => {
    for (const [url, error] of [
      [`${base}/503`, 'webhook returned 503'],
      ['http://127.0.0.1:1/', 'fetch failed'],
    ]) {
      const job = await client.enqueue('http-webhook', { url }, twice)
      await expect(client.waitForResult(job)).rejects.toMatchObject({ result: { error } })
      expect((await client.getJob(job))?.attempt).toBe(2)
    }
  })

  it('does not try again what cannot succeed', async () => {
    for (const payload of [
      { url: `${base}/404` },
      { url: 'nonsense' },
      { url: 'data:,x' },
      { url: base, method: 'GET', body: 1 },
      { url: base, headers: { 'bad name': 'x' } },
      { url: 7 },
    ]) {
      const job = await client.enqueue('http-webhook', payload, twice)
      await expect(client.waitForResult(job)).rejects.toThrow(JobFailedError)
      expect((await client.getJob(job))?.attempt).toBe(1)
    }
  })
})
