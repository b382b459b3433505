import type { LeasedRun } from '@dureq/types'

/** A lease as it stands on a board. */
export interface PostedLease {
  readonly firingId: string
  readonly token: string
  readonly leaseMs: number
}

/** Bytes before the text: two numbers of 32 bits (version, length of the text) and one of 64 (when the event loop last turned). */
const HEADER = 16
const VERSION = 0
const LENGTH = 1

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * Memory the event loop and its thread share: on it stand the leases the node holds, and when the event loop last turned. Writing
 * costs a fraction of a microsecond a lease and no message; the thread only reads while the event loop stands still.
 */
export class Board {
  readonly memory: SharedArrayBuffer
  readonly #numbers: Int32Array
  readonly #turnedAt: Float64Array
  readonly #text: Uint8Array

  /** @param memory of another board: this one then is the same. */
  constructor(memory: SharedArrayBuffer) {
    this.memory = memory
    this.#numbers = new Int32Array(memory, 0, 2)
    this.#turnedAt = new Float64Array(memory, 8, 1)
    this.#text = new Uint8Array(memory, HEADER)
  }

  /** An empty board with room for a text of so many bytes. */
  static create(bytes: number): Board {
    return new Board(new SharedArrayBuffer(HEADER + bytes))
  }

  /** When the event loop last turned, epoch ms. */
  get turnedAt(): number {
    return this.#turnedAt[0] ?? 0
  }

  set turnedAt(at: number) {
    this.#turnedAt[0] = at
  }

  /** How much of the room is taken, 0 to 1. */
  get fullness(): number {
    return (this.#numbers[LENGTH] ?? 0) / this.#text.length
  }

  /** Adds leases; false when there is no room for them: nothing was added then. */
  add(leases: readonly Pick<LeasedRun, 'firingId' | 'token' | 'leaseMs'>[]): boolean {
    let text = ''
    for (const { firingId, token, leaseMs } of leases) text += `${firingId}\t${token}\t${leaseMs}\n`
    const from = this.#numbers[LENGTH] ?? 0
    if (from + text.length > this.#text.length) return false
    const { written } = encoder.encodeInto(text, this.#text.subarray(from))
    this.#write(from + written)
    return true
  }

  /** Takes everything off. */
  clear(): void {
    this.#write(0)
  }

  /** The leases that stand on it; undefined when they are being written just now. */
  read(): readonly PostedLease[] | undefined {
    const version = Atomics.load(this.#numbers, VERSION)
    const text = decoder.decode(this.#text.slice(0, Atomics.load(this.#numbers, LENGTH)))
    if (Atomics.load(this.#numbers, VERSION) !== version) return undefined
    const lines = text.split('\n').slice(0, -1)
    return lines.map((line) => {
      const [firingId = '', token = '', leaseMs] = line.split('\t')
      return { firingId, token, leaseMs: Number(leaseMs) }
    })
  }

  #write(length: number): void {
    Atomics.store(this.#numbers, LENGTH, length)
    Atomics.add(this.#numbers, VERSION, 1)
  }
}
