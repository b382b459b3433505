import { type LeasesRole, type Logger, StoreUnavailableError, silentLogger } from '@dureq/types'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createCaller } from './caller.ts'
import { createDeferred } from './deferred.ts'
import { createElector, type Elector, type Term } from './elector.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 0, toFake: ['Date', 'setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** One lock, kept as a store keeps it, that can be made to fail. */
class Lock {
  holder: { readonly owner: string; readonly epoch: number; expiresAt: number } | undefined
  epochs = 0
  failing = 0
  calls: string[] = []

  readonly role: LeasesRole = {
    acquire: (_, __, owner, ttlMs) => this.#answer('acquire', () => this.#acquire(owner, ttlMs)),
    renew: (_, __, owner, epoch, ttlMs) => this.#answer('renew', () => this.#renew(owner, epoch, ttlMs)),
    release: (_, __, owner, epoch) =>
      this.#answer('release', () => {
        const isHeld = this.#isHeldBy(owner, epoch)
        if (isHeld) this.holder = undefined
        return isHeld
      }),
    inspect: async () => [],
    forceRelease: async () => false,
  }

  async #answer<T>(name: string, act: () => T): Promise<T> {
    this.calls.push(name)
    if (this.failing > 0 && this.failing-- > 0) throw new StoreUnavailableError(true)
    return act()
  }

  #acquire(owner: string, ttlMs: number): Awaited<ReturnType<LeasesRole['acquire']>> {
    const { holder } = this
    if (holder !== undefined && holder.expiresAt > Date.now() && holder.owner !== owner)
      return { kind: 'held', owner: holder.owner, expiresAt: holder.expiresAt }
    const epoch = holder?.owner === owner && holder.expiresAt > Date.now() ? holder.epoch : ++this.epochs
    this.holder = { owner, epoch, expiresAt: Date.now() + ttlMs }
    return { kind: 'acquired', epoch }
  }

  #renew(owner: string, epoch: number, ttlMs: number): boolean {
    if (!this.#isHeldBy(owner, epoch) || this.holder === undefined) return false
    this.holder.expiresAt = Date.now() + ttlMs
    return true
  }

  #isHeldBy(owner: string, epoch: number): boolean {
    const { holder } = this
    return holder?.owner === owner && holder.epoch === epoch && holder.expiresAt > Date.now()
  }
}

function campaign(
  lock: Lock,
  owner: string,
  logger: Logger = silentLogger,
): { elector: Elector; terms: Term[] } {
  const terms: Term[] = []
  const elector = createElector({
    store: { leases: lock.role },
    caller: createCaller(),
    logger,
    random: () => 1,
    owner,
    lead: (term) => {
      terms.push(term)
      const over = createDeferred<void>()
      term.signal.addEventListener('abort', () => over.resolve())
      return over.promise
    },
  })
  elector.start()
  return { elector, terms }
}

/** Lets time pass in small steps, each with turns for what is ready. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed <= ms; passed += 50) {
    await vi.advanceTimersByTimeAsync(passed === 0 ? 0 : 50)
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
  }
}

describe('createElector', () => {
  it('leads when it is elected, and renews every third of the time', async () => {
    const lock = new Lock()
    const { elector, terms } = campaign(lock, 'a')
    await pass(2_100)
    expect(elector.isLeader).toBe(true)
    expect(terms.map(({ epoch }) => epoch)).toEqual([1])
    expect(lock.calls).toEqual(['acquire', 'renew', 'renew', 'renew'])
    await elector.stop()
  })

  it('lets one lead at a time, and the next within 3 s of a crash', async () => {
    const lock = new Lock()
    const first = campaign(lock, 'a')
    await pass(0)
    const second = campaign(lock, 'b')
    await pass(5_000)
    expect([first.elector.isLeader, second.elector.isLeader]).toEqual([true, false])

    lock.holder = { owner: 'crashed', epoch: ++lock.epochs, expiresAt: Date.now() + 2_000 }
    await pass(1_000)
    expect([first.elector.isLeader, second.elector.isLeader]).toEqual([false, false])
    await pass(2_000)
    expect([first.elector.isLeader, second.elector.isLeader].filter(Boolean)).toHaveLength(1)
    await Promise.all([first.elector.stop(), second.elector.stop()])
  })

  it('gives leadership up when it is stopped, once its work has ended', async () => {
    const lock = new Lock()
    const { elector, terms } = campaign(lock, 'a')
    await pass(0)
    await Promise.all([elector.stop(), elector.stop()])
    expect(terms[0]?.signal.aborted).toBe(true)
    expect([elector.isLeader, lock.holder, lock.calls.at(-1)]).toEqual([false, undefined, 'release'])
  })

  it('stays the leader through a failed renewal while the lock stands', async () => {
    const lock = new Lock()
    const { elector, terms } = campaign(lock, 'a')
    await pass(600)
    lock.failing = 1
    await pass(3_000)
    expect([elector.isLeader, terms.length]).toEqual([true, 1])
    await elector.stop()
  })

  it('stops leading when the lock must have expired, also while a renewal hangs', async () => {
    const lock = new Lock()
    const hanging = createDeferred<boolean>()
    const { elector, terms } = campaign(lock, 'a')
    await pass(100)
    vi.spyOn(lock.role, 'renew').mockReturnValue(hanging.promise)
    await pass(1_850)
    expect(elector.isLeader).toBe(true)
    await pass(100)
    expect([elector.isLeader, terms[0]?.signal.aborted]).toEqual([false, true])
    hanging.resolve(false)
    await pass(50)
    expect(terms.map(({ epoch }) => epoch)).toEqual([1, 2])
    await elector.stop()
  })

  it('ends the term at once when the lock was taken away', async () => {
    const lock = new Lock()
    const { elector, terms } = campaign(lock, 'a')
    await pass(0)
    lock.holder = { owner: 'b', epoch: ++lock.epochs, expiresAt: Date.now() + 60_000 }
    await pass(700)
    expect([elector.isLeader, terms[0]?.signal.aborted]).toEqual([false, true])
    await pass(60_000)
    expect([elector.isLeader, terms.map(({ epoch }) => epoch)]).toEqual([true, [1, 3]])
    await elector.stop()
  })

  it('campaigns again after leading has failed, and says so', async () => {
    const lock = new Lock()
    const errors: string[] = []
    const logger: Logger = { ...silentLogger, error: (_, message) => void errors.push(message) }
    let terms = 0
    const elector = createElector({
      store: { leases: lock.role },
      caller: createCaller(),
      logger,
      owner: 'a',
      lead: async () => {
        if (++terms === 1) throw new Error('no')
        await new Promise(() => {})
      },
    })
    elector.start()
    await pass(1_000)
    expect([terms, errors, elector.isLeader]).toEqual([2, ['leading failed'], true])
  })

  it('may be stopped before it is started', async () => {
    const lock = new Lock()
    const elector = createElector({
      store: { leases: lock.role },
      caller: createCaller(),
      logger: silentLogger,
      owner: 'a',
      lead: async () => {},
    })
    await elector.stop()
    elector.start()
    await pass(1_000)
    expect(lock.calls).toEqual([])
  })
})
