import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'

/** A redis-server of one test, which may be stopped and started again on the same port and data. */
export class RedisServer {
  readonly port: number
  readonly #options: readonly string[]
  readonly #dir = mkdtempSync(join(tmpdir(), 'dureq-redis-'))
  #process: ChildProcess | undefined

  private constructor(port: number, options: readonly string[]) {
    this.port = port
    this.#options = options
  }

  static async start(...options: string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), options)
    await server.start()
    return server
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  /** A sentinel, by the lines of its configuration. */
  static async startSentinel(lines: readonly string[]): Promise<RedisServer> {
    const sentinel = new RedisServer(await freePort(), [])
    const file = join(sentinel.#dir, 'sentinel.conf')
    writeFileSync(file, [`port ${sentinel.port}`, `dir ${sentinel.#dir}`, ...lines, ''].join('\n'))
    await sentinel.#run([file, '--sentinel'], 'Sentinel ID is')
    return sentinel
  }

  async start(): Promise<void> {
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--dir', this.#dir]
    await this.#run([...args, ...this.#options], 'Ready to accept connections')
  }

  async #run(args: readonly string[], ready: string): Promise<void> {
    this.#process = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] })
    for await (const chunk of this.#process.stdout as AsyncIterable<Buffer>) {
      if (chunk.toString().includes(ready)) break
    }
  }

  async kill(): Promise<void> {
    const process = this.#process
    if (process === undefined || process.exitCode !== null || process.signalCode !== null) return
    process.kill('SIGKILL')
    await once(process, 'exit')
  }

  /** Runs a command on a connection of its own. */
  async command(name: string, ...args: string[]): Promise<unknown> {
    const admin = new Redis(this.port, { lazyConnect: true })
    try {
      await admin.connect()
      return await admin.call(name, ...args)
    } finally {
      admin.disconnect()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    rmSync(this.#dir, { recursive: true, force: true })
  }
}

/** A port of this machine nobody listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  await once(probe, 'close')
  return port
}
