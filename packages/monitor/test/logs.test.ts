import { Writable } from 'node:stream'
import { createSqliteStore } from '@dureq/sqlite-store'
import { fastify } from 'fastify'
import { expect, it } from 'vitest'
import { monitorPlugin } from '../src/index.ts'
import { listenOn, openSocket } from './fixtures/listen.ts'

it('leaves no token, ticket, query or payload in the log of the application around', async () => {
  let log = ''
  const stream = new Writable({
    write(chunk, _, done) {
      log += String(chunk)
      done()
    },
  })
  const store = createSqliteStore({ path: ':memory:' })
  const app = fastify({ logger: { level: 'trace', stream } })
  const apiToken = 'the-right-token'
  await app.register(monitorPlugin, { store, apiToken, failuresPerMinute: 1 })
  const host = await listenOn(app)
  const right = { authorization: `Bearer ${apiToken}` }
  const wrong = { authorization: 'Bearer the-wrong-token' }

  const { ticket } = (await app.inject({ method: 'POST', url: '/api/tickets', headers: right })).json()
  const { socket, closed } = await openSocket(host, `?ticket=${ticket}`)
  socket.close()
  await closed
  for (let i = 0; i < 3; i++) await app.inject({ url: `/api/events?ticket=${ticket}` })
  await app.inject({ url: '/api/jobs?ticket=the-query', headers: wrong })
  const payload = { task_type: 't', payload: 'the-payload' }
  await app.inject({ method: 'POST', url: '/api/jobs', headers: right, payload })
  store.inspector.countJobs = () => Promise.reject(new Error('the-failure'))
  const failed = await app.inject({ url: '/api/stats', headers: right })
  await app.close()
  await store.close()

  for (const secret of ['the-right-token', 'the-wrong-token', ticket, 'the-query', 'the-payload'])
    expect(log).not.toContain(secret)
  expect(log).toContain('"url":"/api/ws"')
  const failure = log.split('\n').find((line) => line.includes('the-failure'))
  expect(failure).toContain(`"reqId":"${failed.headers['x-request-id'] as string}"`)
})
