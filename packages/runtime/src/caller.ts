import type { CallKey, Random } from '@dureq/types'
import { systemRandom } from './system-random.ts'

/** What a caller needs. */
export interface CallerOptions {
  readonly random?: Random
  /** Most calls under way at once; further ones queue, first in, first out. Default 64. */
  readonly lanes?: number
}

/** Gives every changing call of one process its key; see `CallKey`. */
export interface Caller {
  /** 20 random characters of `0-9a-z`. */
  readonly id: string
  /**
   * Runs `send` with the next number of a free lane and keeps the lane until it has settled. `send` may repeat its
   * call under the same key. It is called in this tick when a lane is free, so calls made together travel together.
   */
  call<T>(send: (key: CallKey) => Promise<T>): Promise<T>
}

/** A caller with a random id and lanes of its own, made as they are needed. */
export function createCaller({ random = systemRandom, lanes = 64 }: CallerOptions = {}): Caller {
  return new LaneCaller(randomId(random), lanes)
}

interface Lane {
  readonly lane: number
  last: number
}

class LaneCaller implements Caller {
  readonly id: string
  readonly #most: number
  readonly #free: Lane[] = []
  readonly #queue: ((lane: Lane) => void)[] = []
  #made = 0

  constructor(id: string, most: number) {
    this.id = id
    this.#most = most
  }

  call<T>(send: (key: CallKey) => Promise<T>): Promise<T> {
    const lane = this.#free.pop() ?? this.#make()
    if (lane !== undefined) return this.#run(lane, send)
    return new Promise((resolve) => {
      this.#queue.push((freed) => resolve(this.#run(freed, send)))
    })
  }

  #run<T>(lane: Lane, send: (key: CallKey) => Promise<T>): Promise<T> {
    return this.#send(lane, send).then(
      (answer) => {
        this.#release(lane)
        return answer
      },
      (error: unknown) => {
        this.#release(lane)
        throw error
      },
    )
  }

  /** Also what `send` throws is a rejection. */
  #send<T>(lane: Lane, send: (key: CallKey) => Promise<T>): Promise<T> {
    try {
      return send({ caller: this.id, lane: lane.lane, number: ++lane.last })
    } catch (error) {
      return Promise.reject(error as Error)
    }
  }

  #make(): Lane | undefined {
    return this.#made < this.#most ? { lane: this.#made++, last: 0 } : undefined
  }

  #release(lane: Lane): void {
    const next = this.#queue.shift()
    if (next === undefined) this.#free.push(lane)
    else next(lane)
  }
}

function randomId(random: Random): string {
  return Array.from({ length: 20 }, () => Math.floor(random() * 36).toString(36)).join('')
}
