import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

const READY_MS = 30_000
const RETRY_MS = 50

/**
 * @typedef {object} ServerCommand
 * @property {string} command
 * @property {readonly string[]} args
 * @property {string} dir Where it runs; removed with it.
 * @property {{ uid: number, gid: number } | undefined} owner Default: ours.
 * @property {NodeJS.Signals} endSignal
 */

/**
 * Starts a server that ends with this process at the latest, even with one that is killed.
 *
 * @template T
 * @param {ServerCommand} server
 * @param {() => Promise<T>} connect Rejects as long as the server is not ready.
 * @returns {Promise<{ connection: T, stop: () => Promise<void> }>}
 */
export async function startServer(server, connect) {
  // In a process group of its own: Ctrl-C ends us, and with us the guard, in this order.
  const guard = fork(new URL('guard.mjs', import.meta.url), [JSON.stringify(server)], { detached: true })
  /** @type {string | undefined} */
  let failure
  guard.on('message', (/** @type {{ reason: string }} */ { reason }) => {
    failure = reason
  })
  const ended = once(guard, 'exit')
  async function stop() {
    if (guard.connected) guard.disconnect()
    await ended
  }

  const deadline = performance.now() + READY_MS
  for (;;) {
    try {
      return { connection: await connect(), stop }
    } catch (error) {
      if (failure !== undefined) throw new Error(`${server.command} ended: ${failure}`)
      if (performance.now() < deadline) await sleep(RETRY_MS)
      else {
        await stop()
        throw new Error(`${server.command} does not answer`, { cause: error })
      }
    }
  }
}
