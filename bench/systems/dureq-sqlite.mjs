import { join } from 'node:path'
import { createSqliteStore } from '@dureq/sqlite-store'
import { versionOf } from '../harness/version-of.mjs'
import { dureqFeatures, openDureq } from './dureq.mjs'

/** @type {import('../harness/system.mjs').System} */
export const dureqSqlite = {
  id: 'dureq-sqlite',
  name: 'dureq on SQLite',
  version: versionOf('@dureq/sqlite-store'),
  settings:
    'the defaults (a file with a write-ahead log and `synchronous=NORMAL`: every commit survives the process, not a power cut); retention 0 where completed jobs are removed.',
  store: 'sqlite',
  features: dureqFeatures,
  eventLogs: [],
  open: ({ dir }, wish) => openDureq(createSqliteStore({ path: join(dir, 'dureq.db') }), wish),
}
