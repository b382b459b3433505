import { systemClock } from '@dureq/runtime'
import { StoreUnavailableError } from '@dureq/types'
import { Cluster, type Redis } from 'ioredis'
import { type Connection, connect } from './connection.ts'
import type { ResolvedRedisOptions } from './options.ts'
import { readScript, type ScriptSource } from './script-source.ts'
import { classifyFailure, type Failure, isOutOfMemory } from './server-errors.ts'

/** A reply of Redis, as the client decodes it. */
export type Reply = string | number | null | Reply[]

/**
 * The one way to the server. Whatever is sent through it is repeated until it is answered or `commandTimeoutMs` is
 * over; what must not happen twice carries a call key, which the scripts compare.
 */
export class Gateway {
  readonly options: ResolvedRedisOptions
  readonly #connection: Connection
  readonly #scripts = new Map<string, ScriptSource>()
  readonly #others = new Set<Connection>()
  /** Calls that wait for the connection to be ready again. */
  readonly #waiting = new Set<() => void>()
  #closed = false
  #gathering = false

  constructor(options: ResolvedRedisOptions) {
    this.options = options
    this.#connection = connect(options, 'command')
    this.#connection.on('ready', () => this.#wakeWaiting())
    this.#connection.on('end', () => this.#wakeWaiting())
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Runs a script on the keys of one partition. */
  script(name: string, keys: readonly string[], args: readonly (string | number)[]): Promise<Reply> {
    const source = this.#source(name)
    let known = true
    return this.#persist(
      async () => {
        const loaded = known || (await this.#load(source))
        this.#gather()
        return loaded
          ? this.#connection.fcall(source.name, keys.length, ...keys, ...args)
          : this.#connection.eval(source.script, keys.length, ...keys, ...args)
      },
      (failure) => {
        known = failure !== 'unknown'
      },
    )
  }

  /** Sends a plain command; only for reads. */
  read(command: string, ...args: (string | number)[]): Promise<Reply> {
    return this.#persist(
      () => this.#connection.call(command, ...args) as Promise<Reply>,
      () => undefined,
    )
  }

  /** A connection of its own that ends with the gateway. */
  open(use: 'blocking' | 'subscriber'): Connection {
    const connection = connect(this.options, use)
    this.#others.add(connection)
    connection.once('end', () => this.#others.delete(connection))
    return connection
  }

  close(): void {
    this.#closed = true
    for (const connection of [this.#connection, ...this.#others]) connection.disconnect()
  }

  #source(name: string): ScriptSource {
    let source = this.#scripts.get(name)
    if (source === undefined) {
      source = readScript(name)
      this.#scripts.set(name, source)
    }
    return source
  }

  /** Lets what is sent in one go of this process leave in one write: a write costs more than most of what it carries. */
  #gather(): void {
    const { stream } = this.#connection as Redis
    if (this.#gathering || stream === undefined) return
    this.#gathering = true
    stream.cork()
    queueMicrotask(() => {
      this.#gathering = false
      stream.uncork()
    })
  }

  /** Gives a script to every server that writes; false when one is too full to take it. */
  async #load({ library }: ScriptSource): Promise<boolean> {
    const connection = this.#connection
    const servers = connection instanceof Cluster ? connection.nodes('master') : [connection]
    try {
      await Promise.all(servers.map((server) => server.function('LOAD', 'REPLACE', library)))
      return true
    } catch (error) {
      if (isOutOfMemory(error)) return false
      throw error
    }
  }

  async #persist(send: () => Promise<unknown>, onFailure: (failure: Failure) => void): Promise<Reply> {
    const deadline = systemClock.now() + this.options.commandTimeoutMs
    let mayHaveHappened = false
    for (;;) {
      if (this.#closed)
        throw new StoreUnavailableError(mayHaveHappened, { cause: new Error('the store is closed') })
      try {
        return (await this.#within(deadline, send())) as Reply
      } catch (error) {
        const failure = classifyFailure(error)
        if (failure === 'bug') throw error
        mayHaveHappened ||= failure === 'connection'
        onFailure(failure)
        if (systemClock.now() >= deadline) throw new StoreUnavailableError(mayHaveHappened, { cause: error })
        if (failure !== 'unknown') await this.#ready(deadline)
      }
    }
  }

  /** The reply, unless the deadline comes first: then the connection is taken for dead and made anew. */
  #within<T>(deadline: number, reply: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = systemClock.setTimeout(
        () => {
          reject(new Error('no reply in time'))
          if (!this.#closed && this.#connection.status === 'ready') this.#connection.disconnect(true)
        },
        Math.max(0, deadline - systemClock.now()),
      )
      reply.then(resolve, reject).finally(() => timer.cancel())
    })
  }

  /** Until the connection may be tried again: when it is ready, or a moment later when it already is. */
  async #ready(deadline: number): Promise<void> {
    if (this.#connection.status === 'ready') return systemClock.sleep(20)
    await new Promise<void>((resolve) => {
      const done = (): void => {
        timer.cancel()
        this.#waiting.delete(done)
        resolve()
      }
      const timer = systemClock.setTimeout(done, Math.max(0, deadline - systemClock.now()))
      this.#waiting.add(done)
    })
  }

  #wakeWaiting(): void {
    for (const done of this.#waiting) done()
  }
}
