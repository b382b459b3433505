import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Port of the redis-server of this test run, on 127.0.0.1. It is shared: each test makes its own key prefix. */
    redisPort: number
  }
}

/** Starts one redis-server for the run, without persistence, and stops it in the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'dureq-redis-'))
  const { server, port } = await startRedis(dir, 3)
  project.provide('redisPort', port)
  return async () => {
    server.kill('SIGKILL')
    await rm(dir, { recursive: true, force: true })
  }
}

async function startRedis(dir: string, attempts: number): Promise<{ server: ChildProcess; port: number }> {
  const port = await freePort()
  const options = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    dir,
    '--save',
    '',
    '--appendonly',
    'no',
  ]
  const server = spawn('redis-server', options, { stdio: 'ignore' })
  const failed = once(server, 'exit').then(
    () => false,
    () => false,
  )
  if (await Promise.race([failed, answers(port)])) return { server, port }

  server.kill('SIGKILL')
  if (attempts > 1) return startRedis(dir, attempts - 1) // someone may have taken the port in between
  throw new Error('redis-server does not start: is it installed?')
}

/** Whether something says PONG at the port within 10 seconds. */
async function answers(port: number): Promise<boolean> {
  for (let i = 0; i < 500; i++) {
    if (await ping(port)) return true
    await sleep(20)
  }
  return false
}

function ping(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    socket.once('data', (reply) => {
      socket.destroy()
      resolve(reply.toString().startsWith('+PONG'))
    })
    socket.once('error', () => resolve(false))
  })
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
