import { setTimeout as sleep } from 'node:timers/promises'

/**
 * What the redis-server says of itself.
 *
 * @typedef {object} RedisMeter
 * @property {() => Promise<string>} version
 * @property {() => Promise<RedisCounters>} counters
 * @property {(ms: number) => Promise<{ sent: number, executed: number }>} commandsFor What it is told to do in so many
 *   ms, and what it does then: a script is one command sent, and what it calls is executed, too.
 * @property {(eventLogs: readonly string[]) => Promise<{ data: number, eventLogs: number }>} bytes The event logs, and
 *   all other data without what its connections and cached scripts take.
 * @property {() => Promise<number>} usedBytes Everything, as it says itself: `used_memory`.
 */

/**
 * What has happened since it was started.
 *
 * @typedef {object} RedisCounters
 * @property {number} cpuUs User and system.
 * @property {number} commands Those inside of scripts included.
 * @property {number} scripts Scripts that were run.
 * @property {number} scriptUs Time spent in them.
 * @property {number} bytesIn
 * @property {number} bytesOut
 */

const SCRIPT_CALLS = ['eval', 'evalsha', 'eval_ro', 'evalsha_ro', 'fcall', 'fcall_ro']

/**
 * @param {import('ioredis').Redis} admin
 * @returns {RedisMeter}
 */
export function createRedisMeter(admin) {
  let readings = 0 // each is a command itself, of which the next one shall not tell
  return {
    version: async () => fieldsOf(await admin.info('server')).get('redis_version') ?? 'unknown',
    async counters() {
      const info = fieldsOf(await admin.info('all'))
      const scripts = SCRIPT_CALLS.map((name) => info.get(`cmdstat_${name}`) ?? '')
      return {
        cpuUs: (numberIn(info, 'used_cpu_user') + numberIn(info, 'used_cpu_sys')) * 1e6,
        commands: numberIn(info, 'total_commands_processed') - readings++,
        scripts: sumOf(scripts, /calls=(\d+)/),
        scriptUs: sumOf(scripts, /usec=(\d+)/),
        bytesIn: numberIn(info, 'total_net_input_bytes'),
        bytesOut: numberIn(info, 'total_net_output_bytes'),
      }
    },
    async commandsFor(ms) {
      const monitor = await admin.monitor()
      const seen = { sent: 0, executed: 0 }
      monitor.on('monitor', (_time, _command, source) => {
        seen.executed++
        if (source !== 'lua') seen.sent++
      })
      await sleep(ms)
      monitor.disconnect()
      return seen
    },
    async bytes(keys) {
      const sizes = await Promise.all(keys.map((key) => admin.memory('USAGE', key, 'SAMPLES', 0)))
      const eventLogs = sizes.reduce((/** @type {number} */ sum, size) => sum + (size ?? 0), 0)
      const memory = fieldsOf(await admin.info('memory'))
      const apart = numberIn(memory, 'mem_clients_normal') + numberIn(memory, 'used_memory_scripts')
      return { eventLogs, data: numberIn(memory, 'used_memory') - apart - eventLogs }
    },
    usedBytes: async () => numberIn(fieldsOf(await admin.info('memory')), 'used_memory'),
  }
}

/** @param {string} info */
function fieldsOf(info) {
  const lines = info.split('\r\n').filter((line) => line.includes(':'))
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]))
}

/**
 * @param {Map<string, string>} fields
 * @param {string} name
 */
function numberIn(fields, name) {
  const value = Number(fields.get(name))
  if (Number.isNaN(value)) throw new Error(`redis-server says nothing of ${name}`)
  return value
}

/**
 * @param {readonly string[]} texts
 * @param {RegExp} pattern
 */
function sumOf(texts, pattern) {
  return texts.reduce((sum, text) => sum + Number(pattern.exec(text)?.[1] ?? 0), 0)
}
