export type { Durability } from './connection.ts'
export type { SqliteStoreOptions } from './options.ts'
export { createSqliteStore } from './sqlite-store.ts'
