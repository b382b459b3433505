import { createCaller, findTracing, systemClock, systemNewId, systemRandom } from '@dureq/runtime'
import {
  type Actor,
  type Clock,
  checkActor,
  createIdMinter,
  type Logger,
  type NewId,
  type Random,
  silentLogger,
} from '@dureq/types'
import type { Batches } from './batch/batches.ts'
import { createBatches, createBatchIterators } from './batch/create-batches.ts'
import { type Commanding, createCommanding } from './commanding.ts'
import { type ClientCore, type ClientStore, createRecordReader, createStoreTime } from './core.ts'
import { createEnqueuing } from './create-enqueuing.ts'
import { createScheduling } from './create-scheduling.ts'
import { createWorkflows } from './create-workflows.ts'
import type { Enqueuing } from './enqueuing.ts'
import type { Configuration } from './flow/configuration.ts'
import { createConfiguration } from './flow/create-configuration.ts'
import { createFlowControl } from './flow/create-flow-control.ts'
import type { FlowControl } from './flow/flow-control.ts'
import { createGroups } from './group/create-groups.ts'
import type { Groups } from './group/groups.ts'
import { createHealthCheck, type HealthCheck } from './health.ts'
import { createHistory } from './history/create-history.ts'
import type { History } from './history/history.ts'
import { createInstanceHeads } from './instance-heads.ts'
import { createClientLife } from './life.ts'
import { createLocks, type Locks } from './locks.ts'
import { createNodeControl, type NodeControl } from './node-control.ts'
import { createOperations } from './operations/create-operations.ts'
import type { Operations } from './operations/operations.ts'
import { createReading, type Reading } from './reading.ts'
import type { Scheduling } from './scheduling.ts'
import { createSettingsControl, type SettingsControl } from './settings-control.ts'
import { createSubscribing, type Subscribing } from './subscribing.ts'
import { createUniqueKeys, type UniqueKeys } from './unique-keys.ts'
import { createWaiting, type Waiting } from './waiting.ts'
import { createWatching } from './watch-groups.ts'
import type { Workflows } from './workflows.ts'

/** What a client is made of. */
export interface ClientOptions {
  /** Where the jobs are. The client does not close it. */
  readonly store: ClientStore
  /** Default: the real clock. */
  readonly clock?: Clock
  /** Default: Math.random. */
  readonly random?: Random
  /** Mints job ids. Default: from `clock` and `random` if one of them is given, else those of the process. */
  readonly newId?: NewId
  /** Default: silent. */
  readonly logger?: Logger
  /** On whose behalf it gives orders to jobs: kept in their audit trails. Each order can say more. Default: nobody's. */
  readonly actor?: Actor
  /**
   * Whether enqueueing leaves spans, and jobs carry the trace of who enqueues them, where `@opentelemetry/api` is installed.
   * Default: true; without that package nothing is done.
   */
  readonly tracing?: boolean
}

/** The way of an application to its jobs, workflows, batches and groups: enqueues, schedules, asks, orders, waits and listens. */
export interface Client
  extends Enqueuing,
    Reading,
    Commanding,
    Scheduling,
    Workflows,
    Batches,
    Groups,
    UniqueKeys,
    Operations,
    History,
    FlowControl,
    Configuration,
    HealthCheck,
    Locks,
    Waiting,
    Subscribing,
    NodeControl,
    SettingsControl,
    AsyncDisposable {
  /**
   * Sends what was asked for in this tick, awaits every call under way and ends what waits or listens. After it,
   * calls reject with `ServerStoppedError`. Does not close the store. Idempotent.
   */
  close(): Promise<void>
}

/** A client of a store. It needs no start, no connection of its own and, if nothing is under way, no close. */
export function createClient(options: ClientOptions): Client {
  const core = createCore(options)
  const { life } = core
  return {
    ...life.bind(createEnqueuing(core)),
    ...life.bind(createReading(core)),
    ...life.bind(createCommanding(core)),
    ...life.bind(createScheduling(core)),
    ...life.bind(createWorkflows(core)),
    ...life.bind(createBatches(core)),
    ...createBatchIterators(core),
    ...life.bind(createGroups(core)),
    ...life.bind(createUniqueKeys(core)),
    ...life.bind(createOperations(core)),
    ...life.bind(createHistory(core)),
    ...life.bind(createFlowControl(core)),
    ...life.bind(createConfiguration(core)),
    ...life.bind(createHealthCheck(core)),
    ...life.bind(createLocks(core)),
    ...life.bind(createNodeControl(core)),
    ...life.bind(createSettingsControl(core)),
    ...life.bind(createWaiting(core)),
    ...createSubscribing(core),
    close: () => life.close(),
    [Symbol.asyncDispose]: () => life.close(),
  }
}

function createCore({
  store,
  clock,
  random,
  newId,
  logger = silentLogger,
  actor,
  tracing = true,
}: ClientOptions): ClientCore {
  const time = clock ?? systemClock
  const chance = random ?? systemRandom
  const ownLogger = logger.child({ component: 'client' })
  const ownIds = clock === undefined && random === undefined ? systemNewId : undefined
  return {
    store,
    clock: time,
    random: chance,
    newId: newId ?? ownIds ?? createIdMinter({ clock: time, random: chance }),
    logger: ownLogger,
    actor: actor && checkActor(actor, 'actor'),
    tracing: tracing ? findTracing() : undefined,
    caller: createCaller({ random: chance }),
    life: createClientLife(),
    records: createRecordReader(store),
    instances: createInstanceHeads(store),
    storeTime: createStoreTime(store),
    watching: createWatching({ store, clock: time, random: chance, logger: ownLogger }),
  }
}
