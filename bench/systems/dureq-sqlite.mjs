import { join } from 'node:path'
import { createSqliteStore } from '@dureq/sqlite-store'
import { versionOf } from '../harness/version-of.mjs'
import { openDureq } from './dureq.mjs'

/** @type {import('../harness/system.mjs').System} */
export const dureqSqlite = {
  name: 'dureq on SQLite',
  version: versionOf('@dureq/sqlite-store'),
  settings:
    'the defaults (a file with a write-ahead log; every commit survives the process, not a power cut), but retention 0.',
  open: ({ dir }) => openDureq(createSqliteStore({ path: join(dir, 'dureq.db') })),
}
