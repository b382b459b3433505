import { backlog } from './backlog.mjs'
import { batch } from './batches.mjs'
import { chain } from './chain.mjs'
import { collected } from './collected.mjs'
import { costPerJob } from './cost-per-job.mjs'
import { drain } from './drain.mjs'
import { drainGroups } from './drain-groups.mjs'
import { dueAtOnce } from './due-at-once.mjs'
import { enqueueBulk } from './enqueue-bulk.mjs'
import { enqueueSingle } from './enqueue-single.mjs'
import { flows, largeFlow } from './flows.mjs'
import { forgetting } from './forgetting.mjs'
import { idleCommands } from './idle-commands.mjs'
import { idleGroups } from './idle-groups.mjs'
import { idleLatency } from './idle-latency.mjs'
import { keys } from './keys.mjs'
import { largePayloads } from './large-payloads.mjs'
import { limitedTier } from './limited-tier.mjs'
import { memory } from './memory.mjs'
import { processes } from './processes.mjs'
import { schedules } from './schedules.mjs'
import { taskTypes } from './task-types.mjs'

/** All scenarios, in the order of the page. @type {readonly import('../harness/scenario.mjs').Scenario[]} */
export const scenarios = [
  drain(1),
  drain(10),
  drain(100),
  drain(500),
  drain(100, { keep: true }),
  drainGroups(100),
  keys(1_000),
  limitedTier(0),
  limitedTier(10_000),
  enqueueSingle,
  enqueueBulk,
  processes(1),
  processes(2),
  idleLatency,
  dueAtOnce,
  schedules,
  flows,
  largeFlow,
  chain,
  batch(10_000),
  batch(200_000, { mostRounds: 3 }),
  batch(1_000_000, { mostRounds: 3, onlyAsked: true }),
  collected,
  idleGroups,
  memory,
  backlog(20_000),
  backlog(1_000_000, { mostRounds: 3 }),
  forgetting(0),
  forgetting(1_000_000, { mostRounds: 1 }),
  taskTypes(1),
  taskTypes(1_000),
  idleCommands,
  largePayloads,
  costPerJob,
]
