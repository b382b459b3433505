import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { Redis } from 'ioredis'

/**
 * Starts a redis-server of our own, without persistence.
 *
 * @param {string} dir
 */
export async function startRedis(dir) {
  const port = await freePort()
  const options = ['--port', port, '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--appendonly', 'no']
  const server = spawn('redis-server', options.map(String), { stdio: 'ignore' })
  await Promise.race([
    once(server, 'spawn'),
    once(server, 'error').then(([error]) => {
      throw new Error('redis-server cannot be started: is it installed?', { cause: error })
    }),
  ])
  const admin = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 50, maxRetriesPerRequest: null })
  admin.on('error', () => {}) // until it listens
  const info = await admin.info('server')
  return {
    port,
    version: /redis_version:(\S+)/.exec(info)?.[1] ?? 'unknown',
    empty: () => admin.flushall(),
    async stop() {
      admin.disconnect()
      server.kill('SIGKILL')
      await once(server, 'exit')
    },
  }
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
