import { isCallKey, type Store, type StoreRole, StoreUnavailableError, storeRoles } from '@dureq/types'
import type { Dice } from './dice.ts'
import type { Machine } from './machine.ts'
import type { Weather } from './weather.ts'
import type { World } from './world.ts'

/** What a connection goes through. */
export interface ConnectionOptions {
  readonly world: World
  readonly machine: Machine
  readonly store: Store
  readonly weather: () => Weather
  readonly dice: Dice
  /** Told of every call that reaches the store, before it does. */
  readonly onArrival: (call: ArrivedCall) => void
}

/** A call that has reached the store. */
export interface ArrivedCall {
  readonly machine: string
  readonly method: string
  readonly args: readonly unknown[]
}

/** Calls that wait for something, and where their options stand among the arguments. */
const waits: Readonly<Record<string, number>> = { 'runs.wait': 1, 'events.watch': 1, 'jobs.awaitRoom': 1 }

type Method = (...args: readonly unknown[]) => Promise<unknown>

/**
 * The store as one machine reaches it: what it asks arrives in order, after a while, once, twice or not at all, and so do the
 * answers, as the weather is. What an adapter would do when it gives up happens here: `StoreUnavailableError`.
 */
export function connect(options: ConnectionOptions): Store {
  const line = new Line(options)
  const connected = Object.fromEntries(
    storeRoles.map((role) => [role, connectRole(role, options.store[role], line)]),
  )
  return {
    ...(connected as unknown as Pick<Store, StoreRole>),
    beat: null,
    limits: options.store.limits,
    close: async () => {},
  }
}

function connectRole(role: string, target: object, line: Line): object {
  const methods = Object.entries(target as Record<string, Method>)
  return Object.fromEntries(
    methods.map(([name, method]) => {
      const full = `${role}.${name}`
      if (name === 'subscribe') return [name, method]
      return [name, (...args: readonly unknown[]) => line.call(full, method, args)]
    }),
  )
}

class Line {
  readonly #options: ConnectionOptions
  /** When the last call sent arrives: none overtakes another. */
  #lastArrival = 0

  constructor(options: ConnectionOptions) {
    this.#options = options
  }

  call(name: string, method: Method, args: readonly unknown[]): Promise<unknown> {
    const { world, dice, weather, machine } = this.#options
    world.stir()
    if (!machine.isOn) return new Promise(() => {})
    const now = weather()
    const optionsAt = waits[name]
    if (optionsAt !== undefined) return this.#wait(name, method, { args, optionsAt })
    const changes = isCallKey(args[0])
    return new Promise((resolve, reject) => {
      const fail = (mayHaveHappened: boolean, why: string): void =>
        this.#back(() =>
          reject(new StoreUnavailableError(mayHaveHappened, { cause: new Error(`${name}: ${why}`) })),
        )
      if (dice.chance(now.refused)) return fail(false, 'refused')
      this.#there(() => {
        const answer = this.#arrive(name, method, args)
        if (changes && dice.chance(now.repeated)) void this.#arrive(name, method, args).catch(() => {})
        if (changes && dice.chance(now.echoed)) this.#echo(name, method, args)
        if (dice.chance(now.lost)) {
          answer.catch(() => {})
          return fail(changes, 'lost')
        }
        answer.then(
          (reply) => this.#back(() => resolve(reply)),
          (error: unknown) => this.#back(() => reject(error)),
        )
      })
    })
  }

  /** What waits is told late, or not at all; who waits no longer takes the call back. */
  #wait(
    name: string,
    method: Method,
    { args, optionsAt }: { args: readonly unknown[]; optionsAt: number },
  ): Promise<unknown> {
    const { dice, weather, machine } = this.#options
    const given = args[optionsAt] as { readonly timeoutMs: number; readonly signal?: AbortSignal }
    const isDeaf = dice.chance(weather().deaf)
    const over = new AbortController()
    const end = (): void => over.abort()
    for (const signal of [given.signal, machine.off]) signal?.addEventListener('abort', end, { once: true })
    if (given.signal?.aborted) end()
    const sent = args.with(optionsAt, { ...given, signal: over.signal })
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        for (const signal of [given.signal, machine.off]) signal?.removeEventListener('abort', end)
        this.#back(act)
      }
      this.#there(() => {
        this.#arrive(name, method, sent).then(
          (reply) => {
            if (!isDeaf || given.signal?.aborted) return settle(() => resolve(reply))
            const cancel = machine.after(given.timeoutMs, () => settle(() => resolve([])))
            given.signal?.addEventListener('abort', () => (cancel(), settle(() => resolve([]))), {
              once: true,
            })
          },
          (error: unknown) => settle(() => reject(error)),
        )
      })
    })
  }

  #there(act: () => void): void {
    const { world } = this.#options
    const at = Math.max(this.#lastArrival, world.now + this.#latency())
    this.#lastArrival = at
    world.after(at - world.now, act)
  }

  /** On the way back the machine may have been switched off, or stand still. */
  #back(act: () => void): void {
    this.#options.world.stir()
    this.#options.machine.after(this.#latency(), act)
  }

  #echo(name: string, method: Method, args: readonly unknown[]): void {
    const { world, dice } = this.#options
    world.after(dice.between(1, 20_000), () => {
      this.#arrive(name, method, args).catch(() => {})
    })
  }

  #arrive(method: string, call: Method, args: readonly unknown[]): Promise<unknown> {
    const { machine, onArrival } = this.#options
    onArrival({ machine: machine.name, method, args })
    return call(...args)
  }

  #latency(): number {
    const { dice, weather } = this.#options
    return dice.between(0, weather().latency)
  }
}
