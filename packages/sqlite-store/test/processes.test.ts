import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { defaultSettings, type Store, type WakeReason } from '@dureq/types'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openConnection } from '../src/connection.ts'
import {
  announce,
  anyHandler,
  countsOf,
  createCalls,
  newJob,
  newJobs,
  openStore,
  strangers,
  temporaryPath,
} from './bench.ts'

const script = fileURLToPath(new URL('./children/transaction.mjs', import.meta.url))

/** A process that has changed the file, and has not committed yet. */
async function begunTransaction(path: string, sql: string): Promise<ChildProcess> {
  const { NODE_OPTIONS: _, ...env } = process.env
  const child = spawn(process.execPath, [script, path, sql], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env,
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  expect(await once(child, 'message')).toEqual(['begun', undefined])
  return child
}

describe('another process', () => {
  it('killed in mid-transaction leaves nothing of it behind, and holds nobody up', async () => {
    const path = await temporaryPath()
    const call = createCalls()
    const store = openStore({ path })
    await announce(store, call())
    await store.jobs.enqueue(call(), newJobs(50))

    const child = await begunTransaction(
      path,
      'DELETE FROM jobs; DELETE FROM lines; UPDATE numbers SET ticket = 0',
    )
    const claiming = store.runs.claim(call(), {
      nodeId: 'n1',
      handlerSet: anyHandler.id,
      limit: 20,
      start: true,
    })
    expect(await countsOf(store)).toEqual({ pending: 50 })
    child.kill('SIGKILL')
    await once(child, 'exit')

    expect(await claiming).toMatchObject({ leases: { length: 20 } })
    expect(await countsOf(store)).toEqual({ pending: 30, running: 20 })
    const db = openConnection(path, 'process')
    expect(db.get('PRAGMA integrity_check')).toEqual(['ok'])
    db.close()
  })

  it('killed while a second one waits for its lock: the second goes on, and its change is seen', async () => {
    const path = await temporaryPath()
    const call = createCalls()
    const store = openStore({ path })
    await store.jobs.enqueue(call(), [newJob({ uniqueKey: 'a' }), newJob({ uniqueKey: 'b' })])

    const first = await begunTransaction(path, 'DELETE FROM unique_keys')
    const second = begunTransaction(path, "DELETE FROM unique_keys WHERE key = 'b'")
    first.kill('SIGKILL')
    const child = await second
    child.send('commit')
    expect(await once(child, 'message')).toEqual(['committed', undefined])
    expect(await store.jobs.lookupUniqueKeys(['a', 'b'])).toEqual([expect.any(String), undefined])
  })
})

const node = { nodeId: 'n1', handlerSet: anyHandler.id }

/** A node that has found nothing to do, and waits. */
async function sleepingNode(store: Store): Promise<{ readonly reasons: Promise<readonly WakeReason[]> }> {
  const call = createCalls('sleeper')
  await announce(store, call())
  await store.runs.claim(call(), { ...node, limit: 10, start: true })
  expect(await store.runs.wait(node, { timeoutMs: 0 })).toEqual([])
  return { reasons: store.runs.wait(node, { timeoutMs: 20_000 }) }
}

describe('a change by another process', () => {
  const changes: Readonly<Record<string, (store: Store) => Promise<unknown>>> = {
    work: (store) => store.jobs.enqueue(createCalls('other')(), newJobs(1)),
    due: (store) => store.jobs.enqueue(createCalls('other')(), [newJob({ delayMs: 1_000 })]),
    drain: (store) => store.nodes.drain(createCalls('other')(), 'n1', true),
    settings: (store) =>
      store.settings.put(createCalls('other')(), 0, {
        ...defaultSettings,
        retention: { completedMs: 1_000, deadMs: 1_000, cancelledMs: 1_000 },
      }),
  }
  it.each(Object.entries(changes))('wakes a sleeping node: %s', async (kind, change) => {
    const [here, there] = await strangers()
    const { reasons } = await sleepingNode(here)
    await change(there)
    expect(await reasons).toMatchObject([{ kind }])
  })

  it('wakes who waits for schedules', async () => {
    const [here, there] = await strangers()
    await here.schedules.due(0)
    const reasons = here.runs.wait({ nodeId: 'n1:schedules', schedules: true }, { timeoutMs: 20_000 })
    await there.jobs.enqueue(createCalls('other')(), [
      newJob({
        recurrence: {
          schedule: { type: 'DURATION', interval: 60_000 },
          anchorAt: 0,
          next: { nextRunAt: 60_000, dueAt: 60_000 },
        },
      }),
    ])
    expect(await reasons).toContainEqual({ kind: 'schedules' })
  })

  it('wakes the holder of a lease that is to be cancelled', async () => {
    const [here, there] = await strangers()
    const call = createCalls()
    const job = newJob()
    await announce(here, call())
    await here.jobs.enqueue(call(), [job])
    await here.runs.claim(call(), { ...node, limit: 10, start: true })
    const reasons = here.runs.wait({ nodeId: 'n1' }, { timeoutMs: 20_000 })
    await there.jobs.command(createCalls('other')(), [{ verb: 'cancel', id: job.id, reason: 'enough' }])
    expect(await reasons).toMatchObject([{ kind: 'cancel', firingId: job.id, reason: 'enough' }])
  })

  it('ends a watch, and reaches a subscriber', async () => {
    const [here, there] = await strangers()
    const job = newJob()
    const call = createCalls('other')
    await there.jobs.enqueue(call(), [job])
    const watching = here.events.watch([job.id], { timeoutMs: 20_000 })
    const subscription = here.events.subscribe({}, {})[Symbol.asyncIterator]()
    const delivered = subscription.next()
    await there.jobs.command(call(), [{ verb: 'cancel', id: job.id }])
    expect(await watching).toEqual([{ id: job.id, state: 'cancelled' }])
    expect(await delivered).toMatchObject({ value: { kind: 'event', event: { type: 'job.cancelled' } } })
    await subscription.return?.()
  })
})
