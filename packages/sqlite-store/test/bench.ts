import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock, systemRandom } from '@dureq/runtime'
import {
  type CallKey,
  createHandlerSet,
  createIdMinter,
  type HandlerSet,
  type NewJob,
  type Store,
  StoreUnavailableError,
} from '@dureq/types'
import { onTestFinished } from 'vitest'
import { createSqliteStore, type SqliteStoreOptions } from '../src/index.ts'

const mint = createIdMinter({ clock: systemClock, random: systemRandom })

/** A directory of its own for one test, removed after it. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'dureq-sqlite-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** The path of a file that does not exist yet, in a directory of its own. */
export async function temporaryPath(): Promise<string> {
  return join(await temporaryDirectory(), 'store.db')
}

/** A store that is closed after the test. */
export function openStore(options: SqliteStoreOptions): Store {
  const store = createSqliteStore(options)
  onTestFinished(() => store.close())
  return store
}

/** The keys of one caller, one after the other. */
export function createCalls(caller: string = 'test'): () => CallKey {
  let number = 0
  return () => ({ caller, lane: 0, number: ++number })
}

/** A job draft with an id of its own. */
export function newJob(overrides: Partial<NewJob> = {}): NewJob {
  return { id: mint(), taskType: 'plain', payload: '{}', priority: 5, ...overrides }
}

/** Many of them. */
export function newJobs(count: number): readonly NewJob[] {
  return Array.from({ length: count }, () => newJob())
}

/** Takes every job: leases of 30 s, 3 attempts. */
export const anyHandler: HandlerSet = createHandlerSet([{ name: '*', leaseMs: 30_000, maxAttempts: 3 }])

/** Announces a node that runs everything. */
export async function announce(store: Store, call: CallKey, nodeId: string = 'n1'): Promise<void> {
  const info = { nodeId, taskTypes: ['*'], startedAt: 1, lastHeartbeat: 1 }
  await store.nodes.announce(call, info, anyHandler, 600_000)
}

/** How many jobs there are in each status. */
export async function countsOf(store: Store): Promise<Record<string, number>> {
  const counts = await store.inspector.countJobs()
  return Object.fromEntries(counts.map(({ status, count }) => [status, count]))
}

/** The errors of calls that must all reject. */
export async function rejections(calls: readonly Promise<unknown>[]): Promise<readonly unknown[]> {
  const settled = await Promise.allSettled(calls)
  return settled.map((each) => (each.status === 'rejected' ? each.reason : 'it did not reject'))
}

/** Whether an error says that the store is unavailable. */
export function isUnavailable(error: unknown): boolean {
  return StoreUnavailableError.is(error)
}

/**
 * Two stores on one file that know nothing of each other, as in two processes: what stores of one process share, they
 * share by the path, and these have two.
 */
export async function strangers(): Promise<readonly [Store, Store]> {
  const directory = await temporaryDirectory()
  const alias = join(await temporaryDirectory(), 'alias')
  await symlink(directory, alias)
  const first = openStore({ path: join(directory, 'store.db') })
  return [first, openStore({ path: join(alias, 'store.db') })]
}
