import { createCaller } from '@dureq/runtime'
import { createSqliteStore } from '@dureq/sqlite-store'
import { defaultSettings, type JsonValue, type Store } from '@dureq/types'
import { type Accepted, nothingAccepted } from '../workload/accepted.ts'
import { User } from '../workload/user.ts'
import { type ArrivedCall, connect } from '../world/connection.ts'
import type { Machine } from '../world/machine.ts'
import { fair, storm, type Weather } from '../world/weather.ts'
import type { World } from '../world/world.ts'
import type { Executed } from './handlers.ts'
import { startNode } from './node.ts'

const NODES = 3

/** What has ended is soon removed: that keeps the world small, and removal is part of it. */
const retention = { completedMs: 30_000, deadMs: 90_000, cancelledMs: 30_000 }

/** A cluster that has begun. */
export async function createCluster(world: World): Promise<Cluster> {
  const cluster = new Cluster(world)
  const { settings } = cluster.store
  await createCaller({ random: world.dice.fork().random }).call((key) =>
    settings.put(key, 0, { ...defaultSettings, retention }),
  )
  cluster.begin()
  return cluster
}

/** A store, nodes on machines that fail, and users, in one world. */
export class Cluster {
  readonly world: World
  readonly store: Store
  readonly accepted: Accepted = nothingAccepted()
  readonly executed: Executed[] = []
  /** Results of steps, by firing and name: all that were ever returned. */
  readonly steps: Map<string, Set<string>> = new Map()
  #weather: Weather = fair
  #nodes: Machine[] = []
  #users: User[] = []
  #started = 0
  #healthy = false

  constructor(world: World) {
    this.world = world
    const clock = { now: () => world.now, setTimeout: later, sleep: refuseToSleep }
    function later(callback: () => void, ms: number) {
      return { cancel: world.after(ms, callback) }
    }
    this.store = createSqliteStore({ path: ':memory:', clock, random: world.dice.fork().random })
  }

  /** Switches everything on. */
  begin(): void {
    for (let i = 0; i < NODES; i++) this.#switchOn()
    this.#users = ['ann', 'ben'].map((name) => this.#createUser(name))
    this.#misfortune()
  }

  /** From now on nothing bad happens any more, and nobody asks for anything; what would go on for ever is cancelled. */
  async heal(): Promise<void> {
    this.#healthy = true
    this.#weather = fair
    for (const user of this.#users) user.stop()
    this.world.tell('all is well')
    const orders = [...this.accepted.recurring].map((id) => ({ id, verb: 'cancel' }) as const)
    await createCaller({ random: this.world.dice.random }).call((key) => this.store.jobs.command(key, orders))
  }

  #switchOn(): void {
    const { world } = this
    const name = `node-${++this.#started}`
    world.tell(`${name} is switched on`)
    const machine = startNode({
      world,
      name,
      dice: world.dice.fork(),
      connect: (on) => this.#connect(on),
      onExecuted: (executed) => {
        this.executed.push(executed)
        world.tell(`${executed.machine} executes ${executed.runId} ${executed.act}`)
      },
      onStep: (firingId, step, result) => this.#noteStep(`${firingId} ${step}`, result),
    })
    this.#nodes.push(machine)
  }

  #createUser(name: string): User {
    const { world, accepted } = this
    return new User({ world, name, dice: world.dice.fork(), connect: (on) => this.#connect(on), accepted })
  }

  #connect(machine: Machine): Store {
    const { world, store } = this
    return connect({
      world,
      machine,
      store,
      dice: world.dice.fork(),
      weather: () => this.#weather,
      onArrival: (call) => this.#tellOf(call),
    })
  }

  #tellOf({ machine, method, args }: ArrivedCall): void {
    if (reads.test(method)) return
    const key = args[0] as { readonly lane: number; readonly number: number }
    this.world.tell(`${machine} ${method} ${key.lane}:${key.number}`)
  }

  #noteStep(name: string, result: JsonValue): void {
    const results = this.steps.get(name) ?? new Set()
    this.steps.set(name, results.add(JSON.stringify(result)))
  }

  /** Every few seconds something happens to a machine or to the network. */
  #misfortune(): void {
    const { world } = this
    const { dice } = world
    world.after(dice.between(2_000, 40_000), () => {
      if (this.#healthy) return
      if (this.#nodes.length === 0) return this.#misfortune()
      const machine = dice.pick(this.#nodes)
      const happenings: readonly (readonly [string, () => void])[] = [
        ['dies', () => this.#kill(machine)],
        ['stands still', () => machine.standStill(dice.between(100, 15_000))],
        ['gets another time', () => machine.setClock(dice.between(-30_000, 30_000))],
        ['has fair weather', () => (this.#weather = fair)],
        ['has a storm', () => (this.#weather = storm)],
      ]
      const [what, happen] = dice.pick(happenings)
      world.tell(`${machine.name} ${what}`)
      happen()
      this.#misfortune()
    })
  }

  #kill(machine: Machine): void {
    machine.switchOff()
    this.#nodes = this.#nodes.filter((each) => each !== machine)
    this.world.after(this.world.dice.between(0, 10_000), () => this.#switchOn())
  }
}

/** Calls that change nothing, and those that only wait: they would fill the history. */
const reads =
  /^(inspector|events)\.|\.(get|list|due|wait|inspect|parts|marked|places|signals|signalStats|definitions|memos|lookup\w*|awaitRoom|firings)$/

function refuseToSleep(): never {
  throw new Error('the store does not sleep')
}
