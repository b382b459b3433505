import { freePort } from './free-port.mjs'
import { connectRedis } from './redis-connection.mjs'
import { createRedisMeter } from './redis-meter.mjs'
import { startServer } from './server-process.mjs'

/** What was set, for the page. */
export const redisSettings = 'no persistence, else the defaults'

/**
 * Starts a redis-server of our own, without persistence.
 *
 * @param {string} dir Removed with the server.
 */
export async function startRedis(dir) {
  const port = await freePort()
  const options = ['--port', port, '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--appendonly', 'no']
  const server = {
    command: 'redis-server',
    args: options.map(String),
    dir,
    owner: undefined,
    endSignal: /** @type {const} */ ('SIGKILL'),
  }
  const { connection: admin, stop } = await startServer(server, () => connectRedis(port))
  const meter = createRedisMeter(admin)
  return {
    port,
    version: await meter.version(),
    meter,
    empty: () => admin.flushall(),
    async stop() {
      admin.disconnect()
      await stop()
    },
  }
}
