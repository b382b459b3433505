import { checkEnded } from './checks/at-the-end.ts'
import { EventBook } from './checks/event-book.ts'
import { checkInvariants } from './checks/invariants.ts'
import { takeSnapshot } from './checks/snapshot.ts'
import { createCluster } from './cluster/cluster.ts'
import { World } from './world/world.ts'

/** How long a world lasts. */
export interface SimulateOptions {
  readonly seed: number
  /** Minutes in which things go wrong. Default: 10. */
  readonly minutes?: number
  /** Minutes after that in which nothing does. Default: 5. */
  readonly healthyMinutes?: number
}

/** What a world came to. */
export interface Simulated {
  readonly seed: number
  readonly minutes: number
  readonly steps: number
  /** One line each. */
  readonly history: readonly string[]
  readonly executions: number
  /** What was broken, if anything was. */
  readonly failure: Error | undefined
}

/** Steps between two looks at everything. */
const STEPS_BETWEEN_CHECKS = 100

const MINUTE = 60_000

/** Lets a cluster live through the misfortunes of a seed, and looks after every hundred steps whether all that must hold does. */
export async function simulate({
  seed,
  minutes = 10,
  healthyMinutes = 5,
}: SimulateOptions): Promise<Simulated> {
  const world = new World(seed)
  const cluster = await createCluster(world)
  const book = new EventBook(cluster.store)
  let steps = 0
  const check = async (): Promise<void> => {
    await book.read()
    checkInvariants(await takeSnapshot(cluster.store, world.now), cluster, book)
  }
  const liveUntil = async (age: number): Promise<void> => {
    while (world.age < age && (await world.step())) if (++steps % STEPS_BETWEEN_CHECKS === 0) await check()
  }
  let failure: Error | undefined
  try {
    await liveUntil(minutes * MINUTE)
    await cluster.heal()
    await liveUntil((minutes + healthyMinutes) * MINUTE)
    await check()
    checkEnded(await takeSnapshot(cluster.store, world.now))
  } catch (error) {
    failure = error as Error
  }
  await cluster.store.close()
  const { history } = world
  return { seed, minutes: world.age / MINUTE, steps, history, executions: cluster.executed.length, failure }
}
