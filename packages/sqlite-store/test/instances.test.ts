import {
  defaultSettings,
  type InstanceCommit,
  type InstanceHead,
  type MemberJob,
  type NewInstance,
  noChanges,
  type Store,
  type WakeReason,
} from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { openConnection } from '../src/connection.ts'
import { openDatabase } from '../src/sqlite-store.ts'
import { announce, anyHandler, createCalls, newJob, openStore, strangers, temporaryPath } from './bench.ts'
import { layoutOf, takeBack } from './layouts.ts'
import { leftovers } from './leftovers.ts'

const DAY = 24 * 60 * 60 * 1000

function newInstance(overrides: Partial<NewInstance> = {}): NewInstance {
  const definition = { hash: 'd0', text: '{"tasks":[]}' }
  return { id: newJob().id, kind: 'workflow', name: 'order', definition, state: '{}', ...overrides }
}

async function create(store: Store, overrides: Partial<NewInstance> = {}): Promise<InstanceHead> {
  const call = createCalls(`create-${newJob().id}`)
  const [outcome] = await store.instances.create(call(), [newInstance(overrides)])
  return headOf(store, outcome?.id ?? '')
}

async function headOf(store: Store, id: string): Promise<InstanceHead> {
  const [head] = await store.instances.get([id])
  if (head === undefined) throw new Error(`there is no ${id}`)
  return head
}

const nothing = {
  consumed: 0,
  state: '{}',
  ...noChanges,
} as const satisfies Partial<InstanceCommit>

/** Carries out a step of an instance as it is now. */
async function commit(store: Store, id: string, changes: Partial<InstanceCommit>): Promise<InstanceHead> {
  const { version, status } = await headOf(store, id)
  const step = { ...nothing, id, version, status, ...changes }
  const { outcomes } = await store.mailboxes.commit(createCalls(`commit-${id}-${version}`)(), [step])
  expect(outcomes).toEqual(['committed'])
  return headOf(store, id)
}

function member({ id }: InstanceHead, task: string, payload: string = '{}'): MemberJob {
  return { id: newJob().id, taskType: 'plain', payload, priority: 5, workflowId: id, workflowTask: task }
}

const wish = { nodeId: 'e1', queues: ['workflow'], limit: 100, leaseMs: 30_000 } as const

describe('instances in a file', () => {
  it('are kept over a close, with mail, parts, timers and signals', async () => {
    const path = await temporaryPath()
    const first = openStore({ path })
    const { id } = await create(first, { input: '{"n":1}' })
    const signal = { kind: 'signal', id: newJob().id, name: 'go', payload: '1' } as const
    await first.instances.send(createCalls('sender')(), [{ to: id, message: signal, allowed: ['running'] }])
    const parts = [{ name: 'p', text: '1', marks: { ready: 3 } }]
    await commit(first, id, { consumed: 1, parts, timers: [{ name: 't', dueAt: 1 }] })
    await first.close()

    const store = openStore({ path })
    const { bags } = await store.mailboxes.receive(createCalls('engine')(), wish)
    expect(bags).toMatchObject([
      {
        head: { id, version: 2, input: '{"n":1}' },
        messages: [signal, { kind: 'timerDue', name: 't', dueAt: 1 }],
      },
    ])
    expect(await store.mailboxes.parts(id, ['p'])).toEqual([{ name: 'p', text: '1' }])
    expect(await store.mailboxes.marked(id, 'ready', { limit: 1 })).toEqual({ names: ['p'], total: 1 })
    expect(await store.mailboxes.signalStats([id])).toMatchObject([{ pending: 1 }])
  })

  it('do not store the output of a member again with its message', async () => {
    const path = await temporaryPath()
    const store = openStore({ path })
    const call = createCalls()
    const head = await create(store)
    await commit(store, head.id, { consumed: 1, enqueue: [member(head, 'a')] })
    await announce(store, call())
    const node = { nodeId: 'n1', handlerSet: anyHandler.id, limit: 1, start: true }
    const claimed = await store.runs.claim(call(), node)
    const [lease] = claimed.kind === 'claimed' ? claimed.leases : []
    const output = JSON.stringify('x'.repeat(10_000))
    const { firingId = '', token = '' } = lease ?? {}
    await store.runs.settle(call(), [{ firingId, token, kind: 'succeeded', output }])

    const db = openConnection(path, 'process')
    expect(db.get('SELECT length(body) < 200 FROM mail')).toEqual([1])
    db.close()
    const { bags } = await store.mailboxes.receive(createCalls('engine')(), wish)
    expect(bags).toMatchObject([{ messages: [{ kind: 'jobEnded', task: 'a', output }] }])
  })

  it('are retained for their hooks, if nothing is retained at all', async () => {
    const path = await temporaryPath()
    const store = openStore({ path })
    const call = createCalls()
    const retention = { completedMs: 0, deadMs: DAY, cancelledMs: DAY }
    await store.settings.put(call(), 0, { ...defaultSettings, retention })
    const head = await create(store)
    const hook = member(head, '__hook:on_exit')
    await commit(store, head.id, { consumed: 1, status: 'completed', enqueue: [hook] })
    await announce(store, call())
    const node = { nodeId: 'n1', handlerSet: anyHandler.id, limit: 1, start: true }
    const claimed = await store.runs.claim(call(), node)
    const [lease] = claimed.kind === 'claimed' ? claimed.leases : []
    const { firingId = '', token = '' } = lease ?? {}
    const { outcomes } = await store.runs.settle(call(), [{ firingId, token, kind: 'succeeded' }])
    expect(outcomes).toEqual(['settled'])
    expect(await headOf(store, head.id)).toMatchObject({ status: 'completed' })

    const { version } = await headOf(store, head.id)
    const last = { ...nothing, id: head.id, version, consumed: 1, status: 'completed' } as const
    await store.mailboxes.commit(call(), [last])
    expect(await store.instances.get([head.id])).toEqual([undefined])
    await store.runs.advance(call(), 1_000)
    const db = openDatabase({ path })
    expect(leftovers(db, Date.now())).toEqual([])
    db.close()
  })

  it('are taken over with their mail from a layout without batches', async () => {
    const path = await temporaryPath()
    const before = openStore({ path })
    const { id } = await create(before)
    await before.close()
    takeBack(path, 4)
    const { bags } = await openStore({ path }).mailboxes.receive(createCalls('engine')(), wish)
    expect(bags).toMatchObject([{ head: { id, size: 0 }, messages: [{ kind: 'started' }] }])
  })

  it('take a file of a layout without instances as it is', async () => {
    const path = await temporaryPath()
    const before = openStore({ path })
    await before.jobs.enqueue(createCalls()(), [newJob()])
    await before.close()
    takeBack(path, 3)
    expect(layoutOf(path)).toBe(layoutOf(await temporaryPath()))
    const store = openStore({ path })
    const { id } = await create(store)
    expect(await store.inspector.listInstances('workflow', {}, { limit: 10 })).toMatchObject({
      rows: [{ id }],
      total: 1,
    })
    expect(await store.inspector.countJobs()).toMatchObject([{ count: 1 }])
  })
})

describe('a change by another process', () => {
  /** An engine that has found no mail, and waits. */
  async function sleepingEngine(store: Store): Promise<{ readonly reasons: Promise<readonly WakeReason[]> }> {
    await store.mailboxes.receive(createCalls('engine')(), wish)
    const waiting = { nodeId: wish.nodeId, mailboxes: wish.queues }
    expect(await store.runs.wait(waiting, { timeoutMs: 0 })).toEqual([])
    return { reasons: store.runs.wait(waiting, { timeoutMs: 20_000 }) }
  }

  it('that brings mail wakes a sleeping engine', async () => {
    const [here, there] = await strangers()
    const { reasons } = await sleepingEngine(here)
    await create(there)
    expect(await reasons).toEqual([{ kind: 'mail' }])
  })

  it('that sets a timer wakes a sleeping engine', async () => {
    const [here, there] = await strangers()
    const { id } = await create(there)
    await commit(there, id, { consumed: 1 })
    const { reasons } = await sleepingEngine(here)
    await commit(there, id, { timers: [{ name: 't', dueAt: Date.now() + 1_000 }] })
    expect(await reasons).toEqual([{ kind: 'due' }])
  })

  it('that ends an instance ends a watch of it', async () => {
    const [here, there] = await strangers()
    const { id } = await create(there)
    const watching = here.events.watch([id], { timeoutMs: 20_000 })
    await commit(there, id, { consumed: 1, status: 'failed', error: 'why' })
    expect(await watching).toEqual([{ id, state: 'failed' }])
  })
})
