import { createAggregator, createBatchEngine } from '@dureq/batch'
import { createClient } from '@dureq/client'
import { createScheduler } from '@dureq/scheduler'
import { checkJsonSchema, eventTypes, NonRetryableError, PanicError, PauseError } from '@dureq/types'
import { createWorker } from '@dureq/worker'
import { createWorkflowEngine } from '@dureq/workflow'
import { fastify } from 'fastify'
import { describe, expect, it } from 'vitest'
import { monitorPlugin } from '../src/index.ts'
import { eventSchema } from '../src/schemas/event.ts'
import type { Body } from './fixtures/api.ts'
import { listenOn, openSocket } from './fixtures/listen.ts'
import { stores } from './fixtures/stores.ts'

/** Told only when a process dies or time runs out; the suites of the stores show how they come about. */
const rare = ['job.auto_recovered', 'node.crash_detected', 'job.schedule_to_start_timeout']

describe.each(Object.entries(stores))('the frames on %s', (_, openStore) => {
  it('are those of every type of event, each as its schema says', async () => {
    const store = openStore()
    const client = createClient({ store })
    const app = fastify()
    await app.register(monitorPlugin, { store, client })
    const { until } = await openSocket(await listenOn(app))
    const worker = createWorker({ store })
      .handle('ok', () => null)
      .handle('retried', () => Promise.reject(new Error('boom')))
      .handle('fails', () => Promise.reject(new NonRetryableError('boom')))
      .handle('panics', () => Promise.reject(new PanicError('lost', '')), { retryPolicy: { maxAttempts: 1 } })
      .handle('pauses', () => Promise.reject(new PauseError('later')))
    const scheduler = createScheduler({ store })
    const workflows = createWorkflowEngine({ store })
    const batches = createBatchEngine({ store })
    const groups = createAggregator({
      store,
      groups: [
        { group: 'good', maxSize: 1, aggregator: () => 1 },
        { group: 'bad', maxSize: 1, aggregator: () => Promise.reject(new Error('no')) },
      ],
    })
    const idle = createWorker({ store }).handle('idle', () => null)
    const services = [worker, idle, scheduler, workflows, batches, groups]
    const missing = new Set<string>([...eventTypes, 'workflow.updated'])
    for (const type of rare) missing.delete(type)
    const seen: Body[] = []
    const skipped = client.subscribe({ types: ['schedule.skipped'] }).next()
    const all = until((frame) => {
      seen.push(frame)
      missing.delete(frame.type)
      return missing.size === 0
    })
    try {
      await client.enqueue('nobody')
      await Promise.all(services.map((service) => service.start()))
      const retryPolicy = { maxAttempts: 2, initialDelay: '1ms', maxDelay: '1ms' } as const
      await client.enqueue('ok', 1, { delay: '1ms' })
      const failing = await client.enqueue('retried', 1, { retryPolicy })
      await client.enqueue('pauses')
      const waiting = await client.enqueue('ok', 1, { delay: '1h' })
      await client.pauseJob(waiting)
      await client.resumeJob(waiting)
      await client.cancelJob(waiting)
      const schedule = { type: 'DURATION', interval: '1s', overlapPolicy: 'SKIP' } as const
      const recurring = await client.enqueue('none', 1, { schedule })
      const flow = { name: 'w', hooks: { onInit: { taskType: 'ok' }, onExit: { taskType: 'fails' } } }
      const task = (taskType: string) => [{ name: 'a', taskType }]
      await client.enqueueWorkflow({ ...flow, tasks: task('ok') })
      await client.enqueueWorkflow({ ...flow, retryPolicy, tasks: task('panics') })
      const wait = { name: 'w', tasks: [{ name: 'a', type: 'wait', signal: 's' }] } as const
      const open = await client.enqueueWorkflow(wait)
      await client.suspendWorkflow(open)
      await client.resumeWorkflow(open)
      await client.signalWorkflow(open, 's', 1)
      await client.cancelWorkflow(await client.enqueueWorkflow(wait))
      await client.enqueueWorkflow({ ...wait, executionTimeout: '20ms' })
      const items = [{ id: 'a', payload: 1 }]
      await client.enqueueBatch({ name: 'b', onetimeTaskType: 'ok', itemTaskType: 'ok', items })
      await client.enqueueBatch({ name: 'b', onetimeTaskType: 'fails', itemTaskType: 'ok', items })
      await client.enqueueBatch({ name: 'b', itemTaskType: 'fails', items, retryPolicy })
      await client.enqueueBatch({ name: 'b', itemTaskType: 'none', items, executionTimeout: '20ms' })
      await client.cancelBatch(await client.enqueueBatch({ name: 'b', itemTaskType: 'none', items }))
      await client.enqueueGroup({ group: 'good', taskType: 'ok', payload: 1 })
      await client.enqueueGroup({ group: 'bad', taskType: 'ok', payload: 1 })
      await client.waitForResult(failing).catch(() => undefined)
      await skipped
      await client.deleteSchedule(recurring)
      await Promise.all([scheduler.stop(), idle.stop()])
      await all
      for (const frame of seen) {
        if (frame.type !== 'workflow.updated') checkJsonSchema(eventSchema, frame, 'frame')
        if (/^(batch|workflow)\./.test(frame.type)) expect(frame.job_id, frame.type).toMatch(/^[0-9a-v]{20}$/)
      }
    } finally {
      await Promise.all(services.map((service) => service.stop({ timeoutMs: 0 })))
      await app.close()
      await client.close()
      await store.close()
    }
  })
})
