import { resolve } from 'node:path'
import { beatDoor, systemClock, systemRandom } from '@dureq/runtime'
import {
  type BeatDoor,
  DureqError,
  defaultSizeLimits,
  type Store,
  StoreUnavailableError,
  silentLogger,
} from '@dureq/types'
import { lookAhead } from './advance.ts'
import { type Connection, openConnection } from './connection.ts'
import { createCore } from './core.ts'
import { createEventsRole } from './events-role.ts'
import { enterHub, leaveHub } from './hub.ts'
import { createInspectorRole } from './inspector-role.ts'
import { createInstancesRole } from './instances-role.ts'
import { createJobsRole } from './jobs-role.ts'
import { createLeasesRole } from './leases-role.ts'
import { createMailboxesRole } from './mailboxes-role.ts'
import type { Member } from './member.ts'
import { createNodesRole } from './nodes-role.ts'
import { readNumbers } from './numbers.ts'
import type { SqliteStoreOptions } from './options.ts'
import { createRunsRole } from './runs-role.ts'
import { createSchedulesRole } from './schedules-role.ts'
import { migrate } from './schema.ts'
import { createSettingsRole } from './settings-role.ts'

const DEFAULT_TIMEOUT_MS = 5_000

/**
 * Opens a store in a SQLite file, or in memory. The file is made, and brought to the present version of the schema,
 * before this returns.
 *
 * @throws StoreVersionError when a later release of dureq has changed the file.
 * @throws StoreUnavailableError when it cannot be opened.
 */
export function createSqliteStore(options: SqliteStoreOptions): Store {
  return createStoreOn(openDatabase(options), options)
}

/** Opens the database of a store, its schema up to date. */
export function openDatabase(options: SqliteStoreOptions): Connection {
  const { path, durability = 'process', commandTimeoutMs = DEFAULT_TIMEOUT_MS } = options
  try {
    const db = openConnection(path, durability)
    migrate(db, commandTimeoutMs)
    return db
  } catch (error) {
    throw DureqError.is(error) ? error : new StoreUnavailableError(false, { cause: error })
  }
}

/** A store on a database that is open; closing the store closes it. */
export function createStoreOn(db: Connection, options: SqliteStoreOptions): Store {
  const { path, commandTimeoutMs = DEFAULT_TIMEOUT_MS, clock = systemClock, random = systemRandom } = options
  const logger = (options.logger ?? silentLogger).child({ component: 'sqlite-store', path })
  const closing = new AbortController()
  const { signal: closed } = closing
  const hub = enterHub(path)
  const patience = { clock: systemClock, random, timeoutMs: commandTimeoutMs, signal: closed }
  const core = createCore({ db, clock, hub, patience })
  const member: Member = {
    db,
    now: () => clock.now(),
    nextAt: () => lookAhead(core, db).visible,
    isPaused: (place) => core.rulesOf(readNumbers(db)).isPaused(place),
  }
  hub.join(member)
  logger.debug({}, 'store opened')
  return {
    jobs: createJobsRole(core),
    runs: createRunsRole(core),
    schedules: createSchedulesRole(core),
    instances: createInstancesRole(core),
    mailboxes: createMailboxesRole(core),
    events: createEventsRole(core),
    leases: createLeasesRole(core),
    nodes: createNodesRole(core),
    settings: createSettingsRole(core),
    inspector: createInspectorRole(core),
    beat: doorOf(options),
    limits: { ...defaultSizeLimits, ...options.limits },
    async close() {
      if (closed.aborted) return
      core.flush()
      closing.abort()
      hub.leave(member)
      leaveHub(path)
      checkpoint(db)
      db.close()
      logger.debug({}, 'store closed')
    },
  }
}

/** Memory belongs to one thread; one that owns the time cannot share it. */
function doorOf(given: SqliteStoreOptions): BeatDoor | null {
  const { clock, random: _, logger: __, path, ...options } = given
  if (clock !== undefined || path === ':memory:') return null
  return beatDoor('./beat.js', import.meta.url, { ...options, path: resolve(path) })
}

/** Copies the log back into the file, unless another process reads from it just now; the next to close does it then. */
function checkpoint(db: Connection): void {
  try {
    db.get('PRAGMA wal_checkpoint(TRUNCATE)')
  } catch {
    // Nothing is lost: the log is part of the database until it is copied back.
  }
}
