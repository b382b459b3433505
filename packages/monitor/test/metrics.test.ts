import { readFileSync } from 'node:fs'
import { createClient } from '@dureq/client'
import { createScheduler } from '@dureq/scheduler'
import { createSqliteStore } from '@dureq/sqlite-store'
import { NonRetryableError, type Store, StoreUnavailableError } from '@dureq/types'
import { createWorker } from '@dureq/worker'
import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { createMetrics, type Metrics } from '../src/index.ts'

/** Runs a test on metrics of a store of its own; the default metrics of Node.js are left out. */
async function withMetrics(body: (metrics: Metrics, store: Store) => Promise<void>): Promise<void> {
  const store = createSqliteStore({ path: ':memory:' })
  try {
    await body(createMetrics({ store, registry: new Registry() }), store)
  } finally {
    await store.close()
  }
}

/** What Prometheus would read: the value by name and labels, as they are written. */
async function scrape({ registry }: Pick<Metrics, 'registry'>): Promise<ReadonlyMap<string, number>> {
  const lines = (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ')
      return [line.slice(0, at), Number(line.slice(at + 1))]
    }),
  )
}

it('are all in the README', () =>
  withMetrics(async ({ registry }) => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    const told = new Set(readme.match(/`dureq_[a-z_]+`/g))
    const registered = registry.getMetricsAsArray().map(({ name }) => `\`${name}\``)
    expect(told).toEqual(new Set(registered))
  }))

describe('metrics of a process', () => {
  it('count the runs, and measure how long they waited and took', () =>
    withMetrics(async (metrics) => {
      const client = createClient({ store: metrics.store })
      const worker = createWorker({ store: metrics.store })
      worker.handle('mail', async () => 'sent')
      worker.handle('broken', async () => {
        throw new NonRetryableError('no')
      })
      const mails = await client.enqueueMany('mail', [1, 2, 3])
      const broken = await client.enqueueMany('broken', [1])
      await worker.start()
      const ids = [...mails, ...broken].flatMap((each) => (each.kind === 'created' ? [each.jobId] : []))
      await Promise.allSettled(ids.map((id) => client.waitForResult(id)))
      await worker.stop()
      const values = await scrape(metrics)
      expect(values.get('dureq_runs_claimed_total{task_type="mail"}')).toBe(3)
      expect(values.get('dureq_runs_total{task_type="mail",status="succeeded"}')).toBe(3)
      expect(values.get('dureq_runs_total{task_type="broken",status="failed"}')).toBe(1)
      expect(values.get('dureq_run_duration_seconds_count{task_type="mail"}')).toBe(3)
      expect(values.get('dureq_queue_wait_seconds_count{task_type="broken"}')).toBe(1)
      expect(
        values.get('dureq_store_calls_total{role="runs",method="claim",outcome="answered"}'),
      ).toBeGreaterThan(0)
      expect(
        values.get('dureq_store_call_duration_seconds_count{role="jobs",method="enqueue"}'),
      ).toBeGreaterThan(0)
      await client.close()
    }))

  it('measure how late schedules are', () =>
    withMetrics(async (metrics) => {
      const client = createClient({ store: metrics.store })
      const worker = createWorker({ store: metrics.store })
      const scheduler = createScheduler({ store: metrics.store })
      const ran = new Promise((resolve) => {
        worker.handle('tick', async () => resolve(undefined))
      })
      await client.enqueue('tick', null, { schedule: { type: 'DURATION', interval: '1s' } })
      await Promise.all([worker.start(), scheduler.start()])
      await ran
      await Promise.all([worker.stop(), scheduler.stop()])
      const values = await scrape(metrics)
      expect(values.get('dureq_schedule_lateness_seconds_count{task_type="tick"}')).toBeGreaterThan(0)
      expect(values.get('dureq_schedule_lateness_seconds_bucket{le="900",task_type="tick"}')).toBeGreaterThan(
        0,
      )
      expect(values.get('dureq_schedules')).toBe(1)
      await client.close()
    }))

  it('say that the store was away, and are shown all the same', async () => {
    const store = createSqliteStore({ path: ':memory:' })
    const away = new StoreUnavailableError(false)
    const broken: Store = {
      ...store,
      jobs: { ...store.jobs, get: () => Promise.reject(away) },
      inspector: { ...store.inspector, countJobs: () => Promise.reject(away) },
    }
    const metrics = createMetrics({ store: broken, registry: new Registry() })
    await expect(metrics.store.jobs.get(['a'])).rejects.toBe(away)
    const values = await scrape(metrics)
    expect(values.get('dureq_store_calls_total{role="jobs",method="get",outcome="unavailable"}')).toBe(1)
    expect(values.get('dureq_store_up')).toBe(0)
    expect([...values.keys()].filter((name) => /^dureq_(jobs|nodes|lease_reclaims)/.test(name))).toEqual([])
    await store.close()
  })
})

describe('metrics of the store', () => {
  it('are its counters', () =>
    withMetrics(async (metrics, store) => {
      const client = createClient({ store })
      await client.enqueueMany('mail', [1, 2], { priority: 9 })
      await client.enqueue('mail', 3, { delay: '1h' })
      await client.pauseTier('low')
      const values = await scrape(metrics)
      expect(values.get('dureq_jobs{task_type="mail",status="pending"}')).toBe(2)
      expect(values.get('dureq_jobs{task_type="mail",status="scheduled"}')).toBe(1)
      expect(values.get('dureq_queue_waiting{tier="high"}')).toBe(2)
      expect(values.get('dureq_queue_waiting{tier="normal"}')).toBe(0)
      expect(values.get('dureq_queue_paused{tier="low"}')).toBe(1)
      expect(values.get('dureq_queue_oldest_waiting_seconds{tier="high"}')).toBeGreaterThanOrEqual(0)
      expect(values.get('dureq_unserved_jobs')).toBe(2)
      expect(values.get('dureq_nodes')).toBe(0)
      expect(values.get('dureq_lease_reclaims_total')).toBe(0)
      expect(values.get('dureq_cluster_runs_total{result="processed"}')).toBe(0)
      expect(values.get('dureq_store_up')).toBe(1)
      await client.close()
    }))

  it('ask the store once, however often they are asked', async () => {
    const store = createSqliteStore({ path: ':memory:' })
    let asked = 0
    const counting: Store = {
      ...store,
      inspector: {
        ...store.inspector,
        countJobs: () => {
          asked++
          return store.inspector.countJobs()
        },
      },
    }
    const clock = { now: () => 5, setTimeout: () => ({ cancel() {} }), sleep: () => Promise.resolve() }
    const metrics = createMetrics({ store: counting, registry: new Registry(), clock })
    await Promise.all([scrape(metrics), scrape(metrics)])
    await scrape(metrics)
    expect(asked).toBe(1)
    await store.close()
  })
})
