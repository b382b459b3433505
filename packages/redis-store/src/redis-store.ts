import { beatDoor } from '@dureq/runtime'
import type { BeatDoor, Store } from '@dureq/types'
import { createEvents } from './events.ts'
import { Gateway } from './gateway.ts'
import { createInspector } from './inspector.ts'
import { createInstances } from './instances/instances.ts'
import { createMailHints } from './instances/mail-hints.ts'
import { createMailboxes } from './instances/mailboxes.ts'
import { createJobs } from './jobs.ts'
import { createLeases } from './leases.ts'
import { createNodes } from './nodes.ts'
import { type RedisStoreOptions, resolveOptions } from './options.ts'
import { createRuns } from './runs.ts'
import { createKnownDue } from './schedules/known-due.ts'
import { createSchedules } from './schedules/schedules.ts'
import { createSettings } from './settings.ts'
import { createSpace } from './space.ts'
import { createWaker } from './waker.ts'
import { createWatcher } from './watcher.ts'

/**
 * The dureq store on Redis 7 or Valkey: standalone, Sentinel or Cluster. It connects at once, reconnects by itself,
 * and every call gives up with StoreUnavailableError after `commandTimeoutMs`. The first call checks that the key
 * space is cut into as many partitions as asked (PartitionMismatchError) and has a layout this release knows
 * (StoreVersionError).
 *
 * @throws ValidationError naming every bad option.
 */
export function createRedisStore(options: RedisStoreOptions = {}): Store {
  const gateway = new Gateway(resolveOptions(options))
  const space = createSpace(gateway)
  const known = createKnownDue(space)
  const hints = createMailHints()
  const watcher = createWatcher(space)
  return {
    jobs: createJobs(space, watcher),
    runs: createRuns(space, createWaker(space, known, hints)),
    schedules: createSchedules(space, known),
    instances: createInstances(space),
    mailboxes: createMailboxes(space, hints),
    events: createEvents(space, watcher),
    leases: createLeases(space),
    nodes: createNodes(space),
    settings: createSettings(space),
    inspector: createInspector(space),
    beat: doorOf(options),
    limits: gateway.options.resolvedLimits,
    async close() {
      await space.settled()
      gateway.close()
    },
  }
}

/** Logs of a thread would come out of order; one that owns the time cannot share it. */
function doorOf(given: RedisStoreOptions): BeatDoor | null {
  const { clock, logger: _, ...options } = given
  return clock === undefined ? beatDoor('./beat.js', import.meta.url, options) : null
}
