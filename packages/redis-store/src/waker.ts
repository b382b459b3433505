import { systemClock } from '@dureq/runtime'
import type { WaitRequest, WakeReason } from '@dureq/types'
import type { Connection } from './connection.ts'
import type { MailHints } from './instances/mail-hints.ts'
import type { KnownDue } from './schedules/known-due.ts'
import type { Space } from './space.ts'

/** Gives nodes their reasons to act. */
export interface Waker {
  wait(
    request: WaitRequest,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<readonly WakeReason[]>
}

/** One wake list per node, read by one blocking connection each for as long as somebody waits. */
export function createWaker(space: Space, known: KnownDue, hints: MailHints): Waker {
  const listeners = new Map<string, WakeListener>()
  return {
    async wait({ nodeId, schedules = false, mailboxes = [] }, options) {
      const idle = space.gateway.closed || options.signal?.aborted === true
      if (schedules && !idle && (await known.expect(nodeId, options.timeoutMs)))
        return [{ kind: 'schedules' }]
      let listener = listeners.get(nodeId)
      if (listener === undefined) {
        listener = new WakeListener(space, nodeId, hints)
        listeners.set(nodeId, listener)
      }
      return listener.wait({ ...options, mail: mailboxes.length > 0 })
    },
  }
}

/** Longest time one blocking read stays with the server. */
const BLOCK_SECONDS = 5
/** Pause before reading again after the connection failed. */
const FAILURE_PAUSE_MS = 200

class WakeListener {
  readonly #space: Space
  readonly #nodeId: string
  readonly #list: string
  readonly #hints: MailHints
  readonly #found: WakeReason[] = []
  #connection: Connection | undefined
  #waiting: (() => void) | undefined
  #wantsMail = false
  /** It was told of mail since a waiter last asked for that. */
  #hasMail = false
  #reading = false

  constructor(space: Space, nodeId: string, hints: MailHints) {
    this.#space = space
    this.#nodeId = nodeId
    this.#hints = hints
    this.#list = space.first.key('wake', nodeId)
  }

  /**
   * A blocking read cannot be called back, so it outlives a wait that ends early: what it brings is kept for the
   * next wait.
   */
  wait(options: {
    readonly timeoutMs: number
    readonly signal?: AbortSignal
    /** Whether the waiter asks for mail. */
    readonly mail: boolean
  }): Promise<readonly WakeReason[]> {
    const { timeoutMs, signal } = options
    this.#wantsMail = options.mail
    if (this.#hasFound() || signal?.aborted || this.#space.gateway.closed) {
      return Promise.resolve(this.#takeFound())
    }
    return new Promise((resolve) => {
      const done = (): void => {
        timer.cancel()
        signal?.removeEventListener('abort', done)
        this.#waiting = undefined
        resolve(this.#takeFound())
      }
      const timer = systemClock.setTimeout(done, timeoutMs)
      signal?.addEventListener('abort', done)
      this.#waiting = done
      if (!this.#reading) void this.#read()
    })
  }

  #hasFound(): boolean {
    return this.#found.length > 0 || (this.#wantsMail && this.#hasMail)
  }

  #takeFound(): readonly WakeReason[] {
    const found = this.#found.splice(0)
    if (!this.#wantsMail || !this.#hasMail) return found
    this.#hasMail = false
    return [...found, { kind: 'mail' }]
  }

  async #read(): Promise<void> {
    this.#reading = true
    while (this.#waiting !== undefined && !this.#space.gateway.closed) {
      try {
        this.#take(await this.#block())
      } catch {
        // The connection comes back by itself; a wake lost meanwhile costs at most 5 s.
        if (!this.#space.gateway.closed) await systemClock.sleep(FAILURE_PAUSE_MS)
      }
    }
    this.#reading = false
    if (this.#space.gateway.closed) this.#waiting?.()
  }

  async #block(): Promise<readonly string[]> {
    this.#connection ??= this.#space.gateway.open('blocking')
    if (this.#connection.status !== 'ready') await becomesReady(this.#connection)
    const popped = await this.#connection.blmpop(BLOCK_SECONDS, 1, this.#list, 'LEFT', 'COUNT', 100)
    return popped === null ? [] : popped[1]
  }

  #take(messages: readonly string[]): void {
    for (const message of messages) {
      const partition = /^mail:(\d+)$/.exec(message)?.[1]
      if (partition !== undefined) this.#hints.note(this.#nodeId, Number(partition))
      const reason = readReason(message)
      if (reason.kind === 'mail') this.#hasMail = true
      else this.#found.push(reason)
    }
    if (this.#hasFound()) this.#waiting?.()
  }
}

function becomesReady(connection: Connection): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => (): void => {
      connection.off('ready', onReady)
      connection.off('end', onEnd)
      act()
    }
    const onReady = settle(resolve)
    const onEnd = settle(() => reject(new Error('connection ended')))
    connection.on('ready', onReady)
    connection.on('end', onEnd)
  })
}

/** Reads what lua/lib/wake.lua tells a node. */
function readReason(message: string): WakeReason {
  const [kind, a = '', b = '', c = ''] = message.split('\t')
  if (kind === 'cancel') {
    return { kind, firingId: a, token: b, ...(c === '' ? {} : { reason: JSON.parse(c) as string }) }
  }
  if (kind?.startsWith('mail')) return { kind: 'mail' }
  if (kind === 'drain') return { kind, draining: a === '1' }
  return { kind: kind === 'due' || kind === 'settings' || kind === 'schedules' ? kind : 'work' }
}
