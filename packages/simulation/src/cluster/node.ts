import { createBatchEngine } from '@dureq/batch'
import type { Service } from '@dureq/runtime'
import { createScheduler } from '@dureq/scheduler'
import { createIdMinter, type Store } from '@dureq/types'
import { createWorker } from '@dureq/worker'
import { createWorkflowEngine } from '@dureq/workflow'
import type { Dice } from '../world/dice.ts'
import { Machine } from '../world/machine.ts'
import type { World } from '../world/world.ts'
import { createPlannedHandler, type HandlerOptions } from './handlers.ts'

/** What a node is made of. */
export interface NodeOptions extends Pick<HandlerOptions, 'onExecuted' | 'onStep'> {
  readonly world: World
  readonly name: string
  readonly dice: Dice
  readonly connect: (machine: Machine) => Store
}

/** Task types of the world's jobs; of the last one a node runs one at a time. */
export const taskTypes = ['a', 'b', 'c'] as const

/** Switches a machine on that runs everything a node can run. */
export function startNode({ world, name, dice, connect, ...told }: NodeOptions): Machine {
  const machine = new Machine(world, name)
  const { clock } = machine
  const { random } = dice
  const newId = createIdMinter({ clock, random })
  const tools = { store: connect(machine), nodeId: name, clock, random }
  const handler = createPlannedHandler({ machine, ...told })
  const parts: readonly (() => Service)[] = [
    () => {
      const worker = createWorker({ ...tools, ...workerTimes, concurrency: 4, tracing: false })
      for (const type of taskTypes) worker.handle(type, handler, type === 'c' ? { concurrency: 1 } : {})
      return worker
    },
    () => createScheduler({ ...tools, newId, leaderTtlMs: 5_000 }),
    () => createWorkflowEngine({ ...tools, newId, leaseMs: 5_000 }),
    () => createBatchEngine({ ...tools, newId, leaseMs: 5_000 }),
  ]
  for (const create of parts) void keepStarting(create, machine)
  return machine
}

const workerTimes = { leaseMs: 6_000, cancelGraceMs: 1_000 }

/** A process manager starts a part again that could not start. */
async function keepStarting(create: () => Service, machine: Machine): Promise<void> {
  while (machine.isOn) {
    try {
      return await create().start()
    } catch {
      await machine.clock.sleep(1_000)
    }
  }
}
