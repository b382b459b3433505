import {
  type CallKey,
  type LeasedRun,
  type RunOutcome,
  type Store,
  type StoreCall,
  type StoreObserver,
  StoreUnavailableError,
} from '@dureq/types'
import { expect, it } from 'vitest'
import { observeRuns, observeStore } from './observe-store.ts'

const call: CallKey = { caller: 'c', lane: 0, number: 1 }
const lease = { firingId: 'f', token: 't' } as LeasedRun
const outcome: RunOutcome = { firingId: 'f', token: 't', kind: 'succeeded' }

/** Writes down what it is told, but how long things took. */
function listen(): { readonly told: unknown[]; readonly observer: StoreObserver } {
  const told: unknown[] = []
  return {
    told,
    observer: {
      called: ({ durationMs, ...rest }: StoreCall) => told.push(['called', rest, durationMs >= 0]),
      claimed: (leases) => told.push(['claimed', leases]),
      settled: (outcomes, reply) => told.push(['settled', outcomes, reply]),
      released: (leases) => told.push(['released', leases]),
    },
  }
}

/** A role as a class makes it, whose methods need their `this`. */
class Runs {
  readonly leases = [lease]

  async claim() {
    return { kind: 'claimed', leases: this.leases, ended: [], now: 5 }
  }

  async extend() {
    return ['live', 'lost']
  }

  async settle() {
    return { outcomes: ['settled'], ended: [] }
  }

  async release() {
    return { outcomes: ['lost'], ended: [] }
  }

  async wait() {
    return []
  }
}

const store = {
  runs: new Runs(),
  jobs: {
    get: () => Promise.reject(new StoreUnavailableError(false)),
    enqueue: () => Promise.reject(new TypeError('no')),
    command: async () => ({ outcomes: [], ended: [] }),
  },
  events: { subscribe: () => 'what can be iterated' },
  limits: { payload: 1 },
  beat: null,
} as unknown as Store

const empty = Object.fromEntries(
  ['schedules', 'instances', 'mailboxes', 'leases', 'nodes', 'settings', 'inspector'].map((role) => [
    role,
    {},
  ]),
)

it('tells of each call how it ended, but not of those that wait', async () => {
  const { told, observer } = listen()
  const observed = observeStore({ ...empty, ...store } as Store, observer)
  await expect(observed.jobs.get([])).rejects.toThrow(StoreUnavailableError)
  await expect(observed.jobs.enqueue(call, [])).rejects.toThrow(TypeError)
  await observed.jobs.command(call, [])
  await observed.runs.wait({ nodeId: 'n' }, { timeoutMs: 1 })
  expect(observed.events.subscribe({}, {})).toBe('what can be iterated')
  expect(told).toEqual([
    ['called', { role: 'jobs', method: 'get', outcome: 'unavailable' }, true],
    ['called', { role: 'jobs', method: 'enqueue', outcome: 'refused' }, true],
    ['called', { role: 'jobs', method: 'command', outcome: 'answered' }, true],
  ])
  expect(observed.limits).toBe(store.limits)
})

it('tells of the runs it hands out and takes back', async () => {
  const { told, observer } = listen()
  const runs = observeRuns(store.runs, observer)
  await runs.claim(call, { nodeId: 'n', handlerSet: 'h', limit: 1, start: true })
  await runs.extend(call, [
    { ...lease, leaseMs: 1 },
    { firingId: 'g', token: 'u', leaseMs: 1 },
  ])
  await runs.settle(call, [outcome])
  await runs.release(call, [lease])
  expect(told).toEqual([
    ['claimed', [lease]],
    ['released', [{ firingId: 'g', token: 'u', leaseMs: 1 }]],
    ['settled', [outcome], { outcomes: ['settled'], ended: [] }],
    ['released', [lease]],
  ])
})
