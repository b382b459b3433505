import { systemClock, systemRandom } from '@dureq/runtime'
import type { WatchOutcome } from '@dureq/types'
import type { Connection } from './connection.ts'
import type { Reply } from './gateway.ts'
import { watchChannel } from './keys.ts'
import { byPartition } from './pieces.ts'
import type { Space } from './space.ts'

/** Tells who waits that their jobs and instances have ended. */
export interface Watcher {
  watch(ids: readonly string[], options: WaitOptions): Promise<readonly WatchOutcome[]>
  /** See `JobsRole.awaitRoom`. */
  awaitRoom(taskType: string, options: WaitOptions): Promise<boolean>
}

interface WaitOptions {
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

type State = WatchOutcome['state']

const ENDED: ReadonlySet<string> = new Set(['completed', 'dead', 'cancelled', 'failed', 'continued'])
/** A message of the channel can be lost with its connection, so waiting calls look again this often. */
const LOOK_EVERY_MS = 5_000

/** One channel per process: a step that ends a watched job publishes its status there. */
export function createWatcher(space: Space): Watcher {
  return new ChannelWatcher(space)
}

interface Waiting extends WaitOptions {
  /** Whether a message is one to look again for. */
  hear(id: string, state: string): boolean
  /** Whether what is there is enough. */
  look(): Promise<boolean>
  /** Whether what was heard is enough. */
  isOver(): boolean
}

class ChannelWatcher implements Watcher {
  readonly #space: Space
  readonly #channel: string
  readonly #listeners = new Set<(id: string, state: string) => void>()
  readonly #lookers = new Set<() => void>()
  #subscriber: Connection | undefined

  constructor(space: Space) {
    this.#space = space
    const name = Array.from({ length: 12 }, () => Math.floor(systemRandom() * 36).toString(36)).join('')
    this.#channel = watchChannel(space.gateway.options.keyPrefix, name)
  }

  async watch(ids: readonly string[], options: WaitOptions): Promise<readonly WatchOutcome[]> {
    const wanted = new Set(ids)
    const found = new Map<string, State>()
    const seen = new Set<string>()
    const hear = (id: string, state: string): boolean => {
      if (!wanted.has(id)) return false
      found.set(id, state as State)
      return true
    }
    const look = async (): Promise<boolean> => {
      await this.#look(ids, seen, found)
      return found.size > 0
    }
    await this.#wait({ ...options, hear, look, isOver: () => found.size > 0 })
    return [...found].map(([id, state]) => ({ id, state }))
  }

  /** A job goes where its id says, so there is room when every partition has some. */
  async awaitRoom(taskType: string, options: WaitOptions): Promise<boolean> {
    const hear = (kind: string, name: string): boolean => kind === 'room' && name === taskType
    let hasRoom = false
    const look = async (): Promise<boolean> => {
      const args = [this.#channel, taskType]
      const { partitions } = this.#space
      const replies = await Promise.all(
        partitions.map((partition) => this.#space.run('room', { partition, args })),
      )
      hasRoom = replies.every((reply) => reply === 1)
      return hasRoom
    }
    if (options.signal?.aborted) return false
    await this.#wait({ ...options, hear, look, isOver: () => false })
    return hasRoom
  }

  /** Looks, and looks again when something is heard, until that is enough or the time is over. */
  async #wait({ timeoutMs, signal, hear, look, isOver }: Waiting): Promise<void> {
    await this.#subscribe()
    let wake: () => void = () => undefined
    const listener = (id: string, state: string): void => {
      if (hear(id, state)) wake()
    }
    const lookNow = (): void => wake()
    this.#listeners.add(listener)
    this.#lookers.add(lookNow)
    signal?.addEventListener('abort', lookNow)
    const deadline = systemClock.now() + timeoutMs
    try {
      for (;;) {
        const woken = new Promise<void>((resolve) => {
          wake = resolve
        })
        const isEnough = await look()
        const left = deadline - systemClock.now()
        if (isEnough || left <= 0 || signal?.aborted || this.#space.gateway.closed) break
        const timer = systemClock.setTimeout(wake, Math.min(left, LOOK_EVERY_MS))
        await woken
        timer.cancel()
        if (isOver() || signal?.aborted) break
      }
    } finally {
      this.#listeners.delete(listener)
      this.#lookers.delete(lookNow)
      signal?.removeEventListener('abort', lookNow)
    }
  }

  /** Looks at the states and notes this process as waiting; a job seen before and not there now is `gone`. */
  async #look(ids: readonly string[], seen: Set<string>, found: Map<string, State>): Promise<void> {
    const known = byPartition(this.#space, ids)
    const placed = new Set(known.flatMap(({ items }) => items))
    for (const id of ids) if (!placed.has(id)) found.set(id, 'unknown')
    await Promise.all(
      known.map(async ({ partition, items }) => {
        const states = (await this.#space.run('watch', {
          partition,
          args: [this.#channel, ...items],
        })) as Reply[]
        items.forEach((id, i) => {
          const state = states[i] as string
          if (state === 'unknown') found.set(id, found.get(id) ?? (seen.has(id) ? 'gone' : 'unknown'))
          else if (ENDED.has(state)) found.set(id, state as State)
          else seen.add(id)
        })
      }),
    )
  }

  async #subscribe(): Promise<void> {
    if (this.#subscriber !== undefined) return
    const subscriber = this.#space.gateway.open('subscriber')
    this.#subscriber = subscriber
    subscriber.on('message', (_: string, message: string) => {
      const at = message.indexOf(' ')
      for (const listener of this.#listeners) listener(message.slice(0, at), message.slice(at + 1))
    })
    // What ended before the channel was heard was not told: everyone looks again.
    const lookAgain = (): void => {
      for (const look of this.#lookers) look()
    }
    // After the first time ioredis subscribes again by itself on every reconnect.
    const subscribe = (): void => {
      subscriber.subscribe(this.#channel).then(lookAgain, () => undefined)
    }
    if (subscriber.status === 'ready') subscribe()
    else subscriber.once('ready', subscribe)
  }
}
