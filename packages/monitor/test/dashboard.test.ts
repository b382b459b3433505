import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, openApi } from './fixtures/api.ts'
import { type FullStore, fillStore } from './fixtures/full-store.ts'
import {
  asGo,
  bool,
  float,
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

const page = (row: GoType): GoType => struct({ data: slice(row), total: int })

const jobRow = {
  id: string,
  task_type: string,
  priority: int,
  status: string,
  schedule: struct({ type: string }),
  attempt: int,
  updated_at: time,
}

const jobDetail = struct({
  ...jobRow,
  'last_error?': string,
  'next_run_at?': time,
  'last_run_at?': time,
  'completed_at?': time,
  'tags?': slice(string),
  'unique_key?': string,
  'workflow_id?': string,
  'workflow_task?': string,
  'concurrency_keys?': slice(struct({ key: string, 'max_concurrency?': int })),
  created_at: time,
  'retry_policy?': struct({ max_attempts: int, multiplier: float, 'non_retryable_errors?': slice(string) }),
  payload: raw,
})

const runRow = struct({
  id: string,
  job_id: string,
  node_id: string,
  status: string,
  attempt: int,
  'duration?': int,
  started_at: time,
  'error?': string,
})

/** A page draws a bar from a number; anything else breaks it. */
const percent: GoType = (value, path) => (value === null ? [] : float(value, path))

const nodeRow = struct({
  node_id: string,
  task_types: slice(string),
  pool_stats: struct({ running_workers: int, max_concurrency: int, total_completed: int, total_failed: int }),
  active_run_ids: slice(string),
  last_heartbeat: time,
})

const scheduleRow = struct({
  job_id: string,
  next_run_at: time,
  schedule: struct({
    type: string,
    'cron_expr?': string,
    'interval?': string,
    'regular_interval?': int,
    'run_at?': time,
    'timezone?': string,
  }),
})

const hook = struct({ status: string, 'job_id?': string })

const workflowDetail = struct({
  workflow_name: string,
  status: string,
  'deadline?': time,
  attempt: int,
  max_attempts: int,
  created_at: time,
  updated_at: time,
  'completed_at?': time,
  'input?': raw,
  'output?': raw,
  'hook_states?': map(hook),
  definition: struct({
    tasks: slice(
      struct({
        name: string,
        task_type: string,
        'type?': string,
        'depends_on?': slice(string),
        'priority?': int,
        'condition_routes?': map(string),
        'allow_failure?': bool,
        'result_from?': string,
        'result_reuse?': string,
        'child_workflow_def?': struct({ name: string }),
      }),
    ),
  }),
  tasks: map(
    struct({
      name: string,
      status: string,
      'job_id?': string,
      'error?': string,
      'started_at?': time,
      'finished_at?': time,
      'child_workflow_id?': string,
      'condition_route?': int,
      'subflow_tasks?': slice(string),
      'skipped?': bool,
      'skip_reason?': string,
      'iterations?': int,
    }),
  ),
})

const batchRow = {
  id: string,
  name: string,
  status: string,
  completed_items: int,
  failed_items: int,
  total_items: int,
  created_at: time,
}

const itemRow = {
  status: string,
  'job_id?': string,
  'error?': string,
  'started_at?': time,
  'finished_at?': time,
}

const batchDetail = struct({
  ...batchRow,
  running_items: int,
  pending_items: int,
  item_states: map(struct({ item_id: string, ...itemRow })),
  onetime_state: struct({ ...itemRow, 'result_data?': raw }),
  definition: struct({
    item_task_type: string,
    onetime_task_type: string,
    onetime_payload: raw,
    chunk_size: int,
    failure_policy: string,
    default_priority: int,
  }),
  'deadline?': time,
  attempt: int,
  max_attempts: int,
  updated_at: time,
  'completed_at?': time,
})

const trail = slice(struct({ id: string, timestamp: time, status: string, 'error?': string }))

/** What each page of an existing dashboard asks for, and the fields it reads. */
const pages: readonly (readonly [string, (store: FullStore) => string, GoType])[] = [
  [
    'the first page',
    () => '/stats',
    struct({
      active_nodes: int,
      active_schedules: int,
      active_runs: int,
      active_workflows: int,
      active_batches: int,
      job_counts: map(int),
      workflow_counts: map(int),
      batch_counts: map(int),
    }),
  ],
  [
    'the first page',
    () => '/stats/daily?days=30',
    slice(struct({ date: string, processed: int, failed: int })),
  ],
  ['the first page', () => '/sync-retries', struct({ pending: int, failed: int })],
  ['jobs', () => '/jobs?status=dead&limit=10&offset=0&sort=newest', page(struct(jobRow))],
  ['a job', ({ jobs }) => `/jobs/${jobs.pending}`, jobDetail],
  ['a job', ({ jobs }) => `/jobs/${jobs.dead}/audit`, trail],
  ['a job', ({ jobs }) => `/jobs/${jobs.running}/progress`, struct({ progress: percent, message: string })],
  ['a job', ({ jobs }) => `/jobs/${jobs.pending}/progress`, struct({ progress: percent })],
  [
    'runs',
    () => '/history/runs?limit=30&offset=0&sort=newest&status=&job_id=&node_id=&task_type=',
    page(runRow),
  ],
  ['runs', () => '/history/runs?limit=30&status=running', page(runRow)],
  ['nodes', () => '/nodes', slice(nodeRow)],
  ['nodes', ({ node }) => `/nodes/${node}/drain`, struct({ draining: bool })],
  ['schedules', () => '/schedules?limit=10&offset=0&sort=newest', page(scheduleRow)],
  ['schedules', ({ schedules }) => `/jobs/${schedules[0]}/runs?limit=5`, slice(runRow)],
  [
    'queues',
    () => '/queues',
    slice(
      struct({
        name: string,
        weight: int,
        fetch_batch: int,
        'rate_limit?': float,
        'rate_burst?': int,
        size: int,
        paused: bool,
      }),
    ),
  ],
  ['dead letters', () => '/dlq?limit=10&offset=0', page(raw)],
  [
    'workflows',
    () => '/workflows?status=&name=&limit=10&offset=0&sort=newest',
    page(
      struct({
        id: string,
        workflow_name: string,
        status: string,
        tasks: map(struct({ status: string })),
        created_at: time,
        updated_at: time,
      }),
    ),
  ],
  ['a workflow', ({ workflows }) => `/workflows/${workflows.completed}`, workflowDetail],
  [
    'a workflow',
    ({ workflows }) => `/workflows/${workflows.completed}/audit`,
    slice(
      struct({
        id: string,
        timestamp: time,
        task_name: string,
        status: string,
        job_id: string,
        'error?': string,
      }),
    ),
  ],
  [
    'a workflow',
    ({ workflows }) => `/workflows/${workflows.running}/signals/stats`,
    struct({ pending_count: int, oldest_unacked_age_ms: int }),
  ],
  [
    'a workflow',
    ({ workflows }) => `/workflows/${workflows.completed}/tasks/first/result`,
    struct({ output: raw }),
  ],
  [
    'batches',
    () => '/batches?status=&name=&limit=10&offset=0&sort=newest',
    page(struct({ ...batchRow, definition: struct({ default_priority: int, failure_policy: string }) })),
  ],
  ['a batch', ({ batches }) => `/batches/${batches.failed}`, batchDetail],
  [
    'a batch',
    ({ batches }) => `/batches/${batches.failed}/results`,
    slice(struct({ item_id: string, success: bool, 'output?': raw, 'error?': string })),
  ],
  ['operations', () => '/locks/leader', struct({ key: string, exists: bool, owner: string, ttl: int })],
  [
    'operations',
    () => '/concurrency/acme',
    struct({ key: string, active_slots: int, active_run_ids: slice(string) }),
  ],
  ['operations', () => '/groups', slice(struct({ name: string, size: int }))],
  ['search', () => '/search/jobs?path=customer.id&value=7', struct({ id: string, status: string })],
  ['search', () => '/unique-keys/order%2F7', struct({ unique_key: string, exists: bool, job_id: string })],
  [
    'Redis',
    () => '/redis/info',
    struct({
      mode: oneOf(['standalone']),
      nodes: slice(struct({ addr: string, role: string, sections: map(map(string)) })),
    }),
  ],
]

describe('an existing dashboard', () => {
  let api: Api
  let store: FullStore
  beforeAll(async () => {
    api = await openApi()
    store = await fillStore(api)
  }, 60_000)
  afterAll(() => api.close())

  it.each(pages)('finds what its page of %s reads', async (_, path, type) => {
    const { status, body } = await api.get(`/api${path(store)}`)
    expect([status, asGo(type, body)], path(store)).toEqual([200, []])
  })

  it('gives orders without a body, and a terminal tool with an empty one', async () => {
    for (const headers of [{}, { 'content-type': 'application/json' }]) {
      const { body } = await api.post('/api/jobs', { task_type: 'nobody.takes.it' })
      for (const verb of ['cancel', 'retry']) {
        const { statusCode } = await api.app.inject({
          method: 'POST',
          url: `/api/jobs/${body.id}/${verb}`,
          headers,
        })
        expect(statusCode, verb).toBe(200)
      }
    }
  })
})
