import type { Store } from './store.ts'

/** The roles of a store. */
export type StoreRole = Exclude<
  { [Name in keyof Store]: Store[Name] extends object ? Name : never }[keyof Store],
  'limits' | 'beat' | 'close'
>

/** So that the compiler misses one that is not named. */
const every: Readonly<Record<StoreRole, true>> = {
  jobs: true,
  runs: true,
  schedules: true,
  instances: true,
  mailboxes: true,
  events: true,
  leases: true,
  nodes: true,
  settings: true,
  inspector: true,
}

/** All of them: for what stands around a whole store. */
export const storeRoles: readonly StoreRole[] = Object.keys(every) as StoreRole[]
