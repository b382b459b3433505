import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, openApi } from './fixtures/api.ts'
import { type FullStore, fillStore } from './fixtures/full-store.ts'
import {
  asGo,
  bool,
  type GoType,
  int,
  map,
  oneOf,
  raw,
  slice,
  string,
  struct,
  time,
} from './fixtures/go-decoder.ts'
import {
  batch,
  event,
  itemResult,
  itemState,
  job,
  node,
  pageOf,
  queue,
  run,
  scheduleEntry,
  stats,
  taskState,
  workflow,
  workMessage,
} from './fixtures/go-types.ts'

const group = struct({ name: string, size: int })
const lock = struct({ key: string, owner: string, ttl_seconds: int, exists: bool })
const runProgress = struct({ run_id: string, status: string, progress: raw, 'last_heartbeat_at?': time })
const trail = slice(struct({ id: string, status: string, 'error?': string, timestamp: time }))
const taskTrail = slice(
  struct({
    task_name: string,
    job_id: string,
    id: string,
    status: string,
    'error?': string,
    timestamp: time,
  }),
)

/** Answers by their paths, as a Go program reads them. */
const answers: readonly (readonly [string, (store: FullStore) => readonly string[], GoType])[] = [
  ['jobs', () => ['/jobs?limit=100', '/jobs?status=dead', '/jobs?task_type=none'], pageOf(job)],
  ['a job', ({ jobs, schedules }) => [...Object.values(jobs), ...schedules].map((id) => `/jobs/${id}`), job],
  ['the runs of a job', ({ jobs }) => Object.values(jobs).map((id) => `/jobs/${id}/runs`), slice(run)],
  ['the events of a job', ({ jobs }) => Object.values(jobs).map((id) => `/jobs/${id}/events`), slice(event)],
  ['the trail of a job', ({ jobs }) => Object.values(jobs).map((id) => `/jobs/${id}/audit`), trail],
  ['schedules', () => ['/schedules?limit=100'], pageOf(scheduleEntry)],
  ['a schedule', ({ schedules }) => schedules.map((id) => `/schedules/${id}`), scheduleEntry],
  ['firings', ({ schedules }) => [`/schedules/${schedules[0]}/firings`], pageOf(job)],
  ['nodes', () => ['/nodes'], slice(node)],
  ['a node', (store) => [`/nodes/${store.node}`], node],
  [
    'whether a node drains',
    (store) => [`/nodes/${store.node}/drain`],
    struct({ node_id: string, draining: bool }),
  ],
  ['live runs', () => ['/runs'], slice(run)],
  ['a run', ({ runs }) => Object.values(runs).map((id) => `/runs/${id}`), run],
  [
    'the progress of a run',
    ({ runs }) => Object.values(runs).map((id) => `/runs/${id}/progress`),
    runProgress,
  ],
  ['runs', () => ['/history/runs?limit=100', '/history/runs?status=running'], pageOf(run)],
  ['events', () => ['/history/events?limit=100'], pageOf(event)],
  ['dead letters', () => ['/dlq?limit=50'], pageOf(workMessage)],
  ['workflows', () => ['/workflows?limit=100', '/workflows?status=completed'], pageOf(workflow)],
  ['a workflow', ({ workflows }) => Object.values(workflows).map((id) => `/workflows/${id}`), workflow],
  ['its tasks', ({ workflows }) => [`/workflows/${workflows.completed}/tasks?limit=100`], pageOf(taskState)],
  ['its trail', ({ workflows }) => Object.values(workflows).map((id) => `/workflows/${id}/audit`), taskTrail],
  [
    'its signals',
    ({ workflows }) => Object.values(workflows).map((id) => `/workflows/${id}/signals/stats`),
    struct({ pending_count: int, oldest_unacked_age_ms: int }),
  ],
  [
    'the result of a task',
    ({ workflows }) => [`/workflows/${workflows.completed}/tasks/first/result`],
    struct({ output: raw }),
  ],
  ['batches', () => ['/batches?limit=100'], pageOf(batch)],
  ['a batch', ({ batches }) => Object.values(batches).map((id) => `/batches/${id}`), batch],
  [
    'its items',
    ({ batches }) => Object.values(batches).map((id) => `/batches/${id}/items`),
    pageOf(itemState),
  ],
  [
    'its results',
    ({ batches }) => Object.values(batches).map((id) => `/batches/${id}/results`),
    slice(itemResult),
  ],
  ['the result of an item', ({ batches }) => [`/batches/${batches.failed}/results/a`], itemResult],
  ['groups', () => ['/groups'], slice(group)],
  ['queues', () => ['/queues'], slice(queue)],
  ['the counts', () => ['/stats'], stats],
  [
    'the counts of days',
    () => ['/stats/daily'],
    slice(struct({ date: string, processed: int, failed: int })),
  ],
  [
    'the servers of the store',
    () => ['/redis/info'],
    struct({
      mode: oneOf(['cluster', 'standalone']),
      nodes: slice(struct({ addr: string, role: string, sections: map(map(string)) })),
    }),
  ],
  ['writes to try again', () => ['/sync-retries'], struct({ pending: int, failed: int, recent: slice(raw) })],
  ['a search', () => ['/search/jobs?path=customer.id&value=7'], job],
  [
    'a unique key',
    () => ['/unique-keys/order%2F7', '/unique-keys/none'],
    struct({ exists: bool, job_id: string }),
  ],
  ['a lock', () => ['/locks/leader', '/locks/none'], lock],
  [
    'a concurrency key',
    () => ['/concurrency/acme', '/concurrency/none'],
    struct({ key: string, active_slots: int, active_run_ids: slice(string) }),
  ],
]

describe('a Go program reads', () => {
  let api: Api
  let store: FullStore
  beforeAll(async () => {
    api = await openApi()
    store = await fillStore(api)
  }, 60_000)
  afterAll(() => api.close())

  it.each(answers)('%s', async (_, paths, type) => {
    for (const path of paths(store)) {
      const { status, body } = await api.get(`/api${path}`)
      expect([status, asGo(type, body)], path).toEqual([200, []])
    }
  })

  it('something of every kind', async () => {
    const { body } = await api.get(`/api/workflows/${store.workflows.completed}`)
    expect(body.tasks).toMatchObject({
      choose: { condition_route: 1, iterations: 1 },
      left: { skipped: true, skip_reason: expect.any(String) },
      split: { subflow_tasks: ['part'] },
      fragile: { status: 'failed', error: 'refused' },
      child: { child_workflow_id: expect.any(String) },
      part: { status: 'completed' },
    })
    expect(body.hook_states).toMatchObject({ on_init: { name: 'on_init' }, on_exit: { status: 'completed' } })
    const counts = (await api.get('/api/stats')).body
    for (const status of [
      'pending',
      'scheduled',
      'running',
      'retrying',
      'paused',
      'completed',
      'dead',
      'cancelled',
    ])
      expect(counts.job_counts[status], status).toBeGreaterThan(0)
    expect(counts.batch_counts).toMatchObject({ completed: 1, running: 1, failed: 1 })
    expect((await api.get('/api/nodes')).body[0].pool_stats.running_workers).toBeGreaterThan(0)
    expect((await api.get('/api/dlq')).body.total).toBeGreaterThan(0)
  })

  it('bodies written as Go writes them', async () => {
    const { body, headers } = await api.app.inject(`/api/jobs/${store.jobs.pending}`)
    expect(headers['content-type']).toMatch(/^application\/json/)
    expect(body).toContain('"html":"\\u003cb\\u003e\\u0026\\u003c/b\\u003e"')
    expect(body.endsWith('}\n')).toBe(true)
  })
})
