import type { OpenBeat } from '@dureq/types'
import type { SqliteStoreOptions } from './options.ts'
import { createSqliteStore } from './sqlite-store.ts'

/** Opens the store in a thread, which imports this file by its URL: see `Store.beat`. */
export const openBeat: OpenBeat = (options) => createSqliteStore(options as SqliteStoreOptions)
