import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { enqueue, handlerModule, jobThatIs, startMain, startServer } from './support/server.ts'
import { tempDir } from './support/temp-dir.ts'

describe('a server that is told to stop', () => {
  it('lets what runs finish when it is told to stop', async () => {
    const cwd = tempDir()
    const { program, url } = await startServer({}, cwd)
    const { id } = await enqueue(url, { task_type: 'sleep', payload: { duration_ms: 500 } })
    await jobThatIs(url, id, 'running')
    program.signal('SIGINT')
    expect(await program.ended).toBe(0)
    expect(program.output).toContain('"finished":1,"handedBack":0,"abandoned":0')
    const again = await startServer({}, cwd)
    expect(await jobThatIs(again.url, id, 'completed', 'pending', 'running')).toMatchObject({
      status: 'completed',
    })
  })

  it('hands back what does not finish in time, for the next node to run', async () => {
    const cwd = tempDir()
    const { program, url } = await startServer({ DUREQ_DRAIN_TIMEOUT_MS: '100' }, cwd)
    const { id } = await enqueue(url, { task_type: 'sleep', payload: { duration_ms: 2_000 } })
    await jobThatIs(url, id, 'running')
    program.signal('SIGTERM')
    expect(await program.ended).toBe(0)
    expect(program.output).toContain('"finished":0,"handedBack":1,"abandoned":0')
    const again = await startServer({}, cwd)
    expect(await jobThatIs(again.url, id, 'completed', 'dead')).toMatchObject({
      status: 'completed',
      attempt: 1,
    })
  })

  it('does not wait after a second signal', async () => {
    const { program, url } = await startServer()
    const { id } = await enqueue(url, { task_type: 'sleep', payload: { duration_ms: 300_000 } })
    await jobThatIs(url, id, 'running')
    program.signal('SIGTERM')
    while ((await fetch(`${url}/readyz`)).ok) continue
    program.signal('SIGTERM')
    expect(await program.ended).toBe(1)
  })

  it('stops in order: not ready, no new work, handlers, HTTP and its feeds, the store', async () => {
    const { program, url } = await startServer({ DUREQ_LOG_LEVEL: 'debug' })
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/ws`)
    await once(socket, 'open')
    const closed = once(socket, 'close') as Promise<[code: number]>
    const running = await enqueue(url, { task_type: 'sleep', payload: { duration_ms: 1_500 } })
    await jobThatIs(url, running.id, 'running')

    program.signal('SIGTERM')
    let ready: Response
    do ready = await fetch(`${url}/readyz`)
    while (ready.ok)
    expect(await ready.json()).toEqual({ status: 'not ready', reason: 'the node is stopping' })
    const late = await enqueue(url, { task_type: 'echo', payload: { message: 'too late' } })
    expect(await jobThatIs(url, late.id, 'pending', 'running', 'completed')).toMatchObject({
      status: 'pending',
    })
    expect(socket.readyState).toBe(WebSocket.OPEN)

    expect(await program.ended).toBe(0)
    expect((await closed)[0]).toBe(1000)
    const { output } = program
    const order = [
      '"msg":"told to stop"',
      '"finished":1,"handedBack":0',
      '"step":"services"',
      '"step":"http"',
      '"step":"store"',
    ].map((text) => output.indexOf(text))
    expect(order).not.toContain(-1)
    expect(order).toEqual(order.toSorted((a, b) => a - b))
  })

  it('is not held up by a handler that never ends', async () => {
    const handlers = handlerModule(
      `export default (worker) => worker.handle('hang', () => new Promise(() => {}))`,
    )
    const env = { DUREQ_HANDLERS: handlers, DUREQ_DRAIN_TIMEOUT_MS: '0', DUREQ_WORKER_CANCEL_GRACE_MS: '0' }
    const { program, url } = await startServer(env)
    const { id } = await enqueue(url, { task_type: 'hang' })
    await jobThatIs(url, id, 'running')
    program.signal('SIGTERM')
    expect(await program.ended).toBe(0)
    expect(program.output).toContain('"finished":0,"handedBack":0,"abandoned":1')
  })

  it('stops cleanly when it is told to before it has started', async () => {
    const handlers = handlerModule(`
      export default async (worker) => {
        worker.handle('any', () => {})
        console.log('registering')
        const alive = setInterval(() => {}, 1_000)
        await new Promise((resolve) => process.once('SIGTERM', resolve))
        clearInterval(alive)
      }
    `)
    const program = startMain([], { DUREQ_HANDLERS: handlers })
    await program.printed('registering')
    program.signal('SIGTERM')
    expect(await program.ended).toBe(0)
    expect(program.output).toContain('worker stopped')
  })
})

describe('a server with a bug in its handlers', () => {
  it('lets the others finish, and exits with 1, after a promise nobody handled', async () => {
    const handlers = handlerModule(
      `export default (worker) => worker.handle('stray', () => void Promise.reject(new Error('a stray promise')))`,
    )
    const { program, url } = await startServer({ DUREQ_HANDLERS: handlers })
    const { id } = await enqueue(url, { task_type: 'sleep', payload: { duration_ms: 500 } })
    await jobThatIs(url, id, 'running')
    await enqueue(url, { task_type: 'stray' })
    expect(await program.ended).toBe(1)
    expect(program.output).toContain('a stray promise')
    expect(program.output).toMatch(/"finished":[12],"handedBack":0,"abandoned":0/)
  })

  it('exits with 1 at once after an error nobody caught', async () => {
    const handlers = handlerModule(`
      export default (worker) => worker.handle('throw', () => {
        setImmediate(() => { throw new Error('thrown by nobody') })
        return new Promise(() => {})
      })
    `)
    const { program, url } = await startServer({ DUREQ_HANDLERS: handlers })
    await enqueue(url, { task_type: 'throw' })
    expect(await program.ended).toBe(1)
    expect(program.output).toContain('thrown by nobody')
    expect(program.output).not.toContain('worker stopped')
  })
})
