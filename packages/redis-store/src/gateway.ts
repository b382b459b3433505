import { systemClock } from '@dureq/runtime'
import { StoreUnavailableError } from '@dureq/types'
import { Cluster, type Redis } from 'ioredis'
import { type Connection, connect } from './connection.ts'
import type { PartitionKeys } from './keys.ts'
import type { ResolvedRedisOptions } from './options.ts'
import { createReplyDeadlines } from './reply-deadlines.ts'
import { type ScriptSource, scriptSource } from './script-source.ts'
import { classifyFailure, type Failure, isOutOfMemory } from './server-errors.ts'
import type { ServerText } from './server-info.ts'

/** A reply of Redis, as the client decodes it. */
export type Reply = string | number | null | Reply[]

/**
 * The one way to the server. Whatever is sent through it is repeated until it is answered or `commandTimeoutMs` is
 * over; what must not happen twice carries a call key, which the scripts compare.
 */
export class Gateway {
  readonly options: ResolvedRedisOptions
  readonly #connection: Connection
  readonly #others = new Set<Connection>()
  /** Calls that wait for the connection to be ready again. */
  readonly #waiting = new Set<() => void>()
  readonly #deadlines = createReplyDeadlines(systemClock)
  #closed = false
  /** The stream that holds back what is sent. */
  #held: Redis['stream'] | undefined

  constructor(options: ResolvedRedisOptions) {
    this.options = options
    this.#connection = connect(options, 'command')
    this.#connection.on('ready', () => this.#wakeWaiting())
    this.#connection.on('end', () => this.#wakeWaiting())
  }

  get closed(): boolean {
    return this.#closed
  }

  /**
   * Runs a script on the keys of one partition. What is sent in one go of this process leaves in one write, which costs
   * more than most of what it carries; `leavesNow` ends the go.
   */
  script(
    name: string,
    partition: PartitionKeys,
    args: readonly (string | number)[],
    { leavesNow = false }: { readonly leavesNow?: boolean } = {},
  ): Promise<Reply> {
    const source = scriptSource(name)
    const keys = source.keys.map(partition.of)
    const call = (): Promise<unknown> => {
      this.#gather()
      const sent = this.#connection.fcall(source.name, keys.length, ...keys, ...args)
      if (leavesNow) this.#letGo()
      return sent
    }
    let known = true
    return this.#persist(
      () => (known ? call() : this.#loadAndRun(source, { call, keys, args })),
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

  /** What every server says of itself. */
  async describe(): Promise<readonly ServerText[]> {
    let told: readonly ServerText[] = []
    const ask = async (): Promise<void> => {
      const connection = this.#connection
      const servers = connection instanceof Cluster ? connection.nodes('all') : [connection]
      told = await Promise.all(servers.map(describeServer))
    }
    await this.#persist(ask, () => undefined)
    return told
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
    this.#deadlines.stop()
    for (const connection of [this.#connection, ...this.#others]) connection.disconnect()
  }

  /** Holds back what is sent until this go of the process is over. */
  #gather(): void {
    const { stream } = this.#connection as Redis
    if (this.#held || !stream) return
    this.#held = stream
    stream.cork()
    queueMicrotask(this.#letGo)
  }

  readonly #letGo = (): void => {
    this.#held?.uncork()
    this.#held = undefined
  }

  async #loadAndRun(source: ScriptSource, { call, keys, args }: ScriptRun): Promise<unknown> {
    if (await this.#load(source)) return call()
    return this.#connection.eval(source.script, keys.length, ...keys, ...args)
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

  /** Most calls are answered at once: only one that fails makes more than the promises of its answer. */
  #persist(send: () => Promise<unknown>, onFailure: (failure: Failure) => void): Promise<Reply> {
    const deadline = systemClock.now() + this.options.commandTimeoutMs
    return this.#within(deadline, send).catch((error: unknown) =>
      this.#again(error, { send, onFailure, deadline }),
    )
  }

  async #again(failed: unknown, { send, onFailure, deadline }: Attempt): Promise<Reply> {
    let mayHaveHappened = false
    for (let error = failed; ; ) {
      const failure = this.#closed ? 'connection' : classifyFailure(error)
      if (failure === 'bug') throw error
      mayHaveHappened ||= failure === 'connection' && !(error instanceof ClosedError)
      onFailure(failure)
      if (this.#closed || systemClock.now() >= deadline)
        throw new StoreUnavailableError(mayHaveHappened, { cause: error })
      if (failure !== 'unknown') await this.#ready(deadline)
      try {
        return await this.#within(deadline, send)
      } catch (again) {
        error = again
      }
    }
  }

  /** The reply, unless the deadline comes first: then the connection is taken for dead and made anew. */
  #within(deadline: number, send: () => Promise<unknown>): Promise<Reply> {
    if (this.#closed) return Promise.reject(new ClosedError())
    return new Promise((resolve, reject) => {
      const forget = this.#deadlines.watch(deadline, () => {
        reject(new Error('no reply in time'))
        if (!this.#closed && this.#connection.status === 'ready') this.#connection.disconnect(true)
      })
      send().then(
        (reply) => {
          forget()
          resolve(reply as Reply)
        },
        (error: unknown) => {
          forget()
          reject(error as Error)
        },
      )
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

interface ScriptRun {
  readonly call: () => Promise<unknown>
  readonly keys: readonly string[]
  readonly args: readonly (string | number)[]
}

interface Attempt {
  readonly send: () => Promise<unknown>
  readonly onFailure: (failure: Failure) => void
  readonly deadline: number
}

/** Nothing was sent. */
class ClosedError extends Error {
  constructor() {
    super('the store is closed')
  }
}

async function describeServer(server: Redis): Promise<ServerText> {
  const text = await server.info()
  const { host, port } = server.options
  return { address: `${host ?? ''}:${port ?? ''}`, text }
}
