import type { Clock, Logger, Random, SizeLimits } from '@dureq/types'
import type { Durability } from './connection.ts'

/** How a SQLite store is made. */
export interface SqliteStoreOptions {
  /**
   * The file, which is made when it does not exist, beside two of SQLite's own (`-wal`, `-shm`); or `:memory:` for a store
   * that ends with it. Any number of stores and processes of one machine may use one file.
   */
  readonly path: string
  /**
   * What every commit survives: `process` the end of every process, `power` the loss of power too, at the price of a disk
   * flush per call. Default: `process`, where a loss of power may take the last commits, never the file.
   */
  readonly durability?: Durability
  /** Sizes clients and nodes of this store check against. Default: `defaultSizeLimits`. */
  readonly limits?: Partial<SizeLimits>
  /** A call that finds the file locked for so long rejects with StoreUnavailableError. Default: 5,000. */
  readonly commandTimeoutMs?: number
  /** Decides all times that are stored. Default: the real clock. All stores on a file need clocks that agree. */
  readonly clock?: Clock
  readonly random?: Random
  /** Default: logs nothing. */
  readonly logger?: Logger
}
