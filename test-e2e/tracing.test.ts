import { createBatchEngine } from '@dureq/batch'
import { createClient } from '@dureq/client'
import { createScheduler } from '@dureq/scheduler'
import { createSqliteStore } from '@dureq/sqlite-store'
import { SkipError, type Store } from '@dureq/types'
import { createWorker, type Worker } from '@dureq/worker'
import { createWorkflowEngine } from '@dureq/workflow'
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'

const exporter = new InMemorySpanExporter()
trace.setGlobalTracerProvider(
  new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
)
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
propagation.setGlobalPropagator(new W3CTraceContextPropagator())

afterAll(() => {
  trace.disable()
  context.disable()
  propagation.disable()
})

beforeEach(() => exporter.reset())

/** A worker of a store of its own, which is stopped before its spans are looked at. */
async function withWorker(
  body: (store: Store, worker: Worker) => Promise<void>,
): Promise<readonly ReadableSpan[]> {
  const store = createSqliteStore({ path: ':memory:' })
  const worker = createWorker({ store })
  try {
    await body(store, worker)
  } finally {
    await worker.stop()
    await store.close()
  }
  return exporter.getFinishedSpans()
}

const named = (spans: readonly ReadableSpan[], name: string): readonly ReadableSpan[] =>
  spans.filter((span) => span.name === name)

const theOnly = (spans: readonly ReadableSpan[], name: string): ReadableSpan => {
  const [span, ...others] = named(spans, name)
  if (span === undefined || others.length > 0)
    throw new Error(`${others.length + 1} spans are called ${name}`)
  return span
}

const idOf = (span: ReadableSpan): string => span.spanContext().spanId
const traceOf = (span: ReadableSpan): string => span.spanContext().traceId
const parentOf = (span: ReadableSpan): string | undefined => span.parentSpanContext?.spanId

describe('a trace', () => {
  it('goes from the enqueueing request through the job into the handler and what that enqueues', async () => {
    const spans = await withWorker(async (store, worker) => {
      const client = createClient({ store })
      worker.handle('order', async () => (await client.enqueue('mail', 1)).id)
      worker.handle('mail', async () => trace.getTracer('app').startSpan('smtp').end())
      await worker.start()
      await trace.getTracer('app').startActiveSpan('request', async (request) => {
        const mailId = await client.waitForResult(await client.enqueue('order', null))
        await client.waitForResult(mailId as string)
        request.end()
      })
      await client.close()
    })
    const way = ['request', 'enqueue order', 'execute order', 'enqueue mail', 'execute mail', 'smtp']
    const found = way.map((name) => theOnly(spans, name))
    expect(new Set(found.map(traceOf)).size).toBe(1)
    for (const [i, span] of found.entries())
      expect(parentOf(span)).toBe(i === 0 ? undefined : idOf(found[i - 1]!))
    const [, enqueue, execute] = found as [ReadableSpan, ReadableSpan, ReadableSpan]
    expect(enqueue.kind).toBe(SpanKind.PRODUCER)
    expect(execute.kind).toBe(SpanKind.CONSUMER)
    expect(execute.attributes).toMatchObject({
      'messaging.system': 'dureq',
      'messaging.destination.name': 'order',
      'dureq.run.attempt': 1,
    })
  })

  it('links claims and settles of many jobs to those of the jobs', async () => {
    const spans = await withWorker(async (store, worker) => {
      const client = createClient({ store })
      worker.handle('mail', async () => {})
      const job = await client.enqueue('mail', 1)
      await worker.start()
      await client.waitForResult(job)
      await client.close()
    })
    const enqueue = theOnly(spans, 'enqueue mail')
    const execute = theOnly(spans, 'execute mail')
    const claim = theOnly(spans, 'claim')
    const settle = theOnly(spans, 'settle')
    expect(claim.links.map((link) => link.context.spanId)).toEqual([idOf(enqueue)])
    expect(settle.links.map((link) => link.context.spanId)).toEqual([idOf(execute)])
    expect(traceOf(claim)).not.toBe(traceOf(enqueue))
  })

  it('says which attempts failed, and that a skip is no failure', async () => {
    const spans = await withWorker(async (store, worker) => {
      const client = createClient({ store })
      let attempts = 0
      worker.handle('flaky', async () => {
        if (++attempts === 1) throw new Error('not yet')
        throw new SkipError('nothing to do')
      })
      await worker.start()
      const retryPolicy = { maxAttempts: 3, initialDelay: '1ms' } as const
      await client.waitForResult(await client.enqueue('flaky', null, { retryPolicy }))
      await client.close()
    })
    const [first, second] = named(spans, 'execute flaky')
    expect(first?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'not yet' })
    expect(first?.events.map(({ name }) => name)).toEqual(['exception'])
    expect(second?.status.code).toBe(SpanStatusCode.UNSET)
    expect(second?.attributes['dureq.run.attempt']).toBe(2)
    expect(parentOf(first!)).toBe(parentOf(second!))
  })

  it('holds the tasks of a workflow, of its children, and the items of a batch', async () => {
    const spans = await withWorker(async (store, worker) => {
      const client = createClient({ store })
      const engines = [createWorkflowEngine({ store }), createBatchEngine({ store })]
      for (const type of ['a', 'b', 'item']) worker.handle(type, async () => null)
      await Promise.all([worker.start(), ...engines.map((engine) => engine.start())])
      const inner = { name: 'inner', tasks: [{ name: 'b', taskType: 'b' }] }
      const workflow = await client.enqueueWorkflow({
        name: 'outer',
        tasks: [
          { name: 'a', taskType: 'a' },
          { name: 'child', dependsOn: ['a'], childWorkflowDef: inner },
        ],
      })
      await client.waitForWorkflow(workflow)
      const items = [{ id: '1', payload: 1 }]
      await client.waitForBatch(await client.enqueueBatch({ name: 'many', itemTaskType: 'item', items }))
      await Promise.all(engines.map((engine) => engine.stop()))
      await client.close()
    })
    const start = theOnly(spans, 'start outer')
    for (const name of ['execute a', 'execute b']) expect(parentOf(theOnly(spans, name))).toBe(idOf(start))
    expect(theOnly(spans, 'execute a').attributes).toMatchObject({ 'dureq.workflow.task': 'a' })
    expect(theOnly(spans, 'execute b').attributes).toMatchObject({ 'dureq.workflow.name': 'inner' })
    expect(parentOf(theOnly(spans, 'execute item'))).toBe(idOf(theOnly(spans, 'start many')))
  })

  it('begins anew with each firing of a schedule, linked to who made the schedule', async () => {
    const spans = await withWorker(async (store, worker) => {
      const client = createClient({ store })
      const scheduler = createScheduler({ store })
      const ran = new Promise((resolve) => {
        worker.handle('tick', async () => resolve(undefined))
      })
      await client.enqueue('tick', null, { schedule: { type: 'DURATION', interval: '1s' } })
      await Promise.all([worker.start(), scheduler.start()])
      await ran
      await scheduler.stop()
      await client.close()
    })
    const enqueue = theOnly(spans, 'enqueue tick')
    const [execute] = named(spans, 'execute tick')
    expect(execute?.parentSpanContext).toBeUndefined()
    expect(execute?.links.map((link) => link.context.spanId)).toEqual([idOf(enqueue)])
  })

  it('leaves headers of the user, and what wants no tracing, alone', async () => {
    const traceparent = '00-11111111111111111111111111111111-2222222222222222-01'
    const spans = await withWorker(async (store, worker) => {
      const client = createClient({ store })
      const silent = createClient({ store, tracing: false })
      const given = await client.enqueue('mail', 1, { headers: { traceparent } })
      expect(given.headers['traceparent']).toBe(traceparent)
      const plain = await silent.enqueue('quiet', 1)
      expect(plain.headers).toEqual({})
      const [many] = await client.enqueueMany('quiet', [1, 2])
      const job = await client.getJob(many?.kind === 'created' ? many.jobId : '')
      expect(job?.headers).toEqual({
        traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
      })
      worker.handle('mail', async () => {})
      await worker.start()
      await client.waitForResult(given)
      await Promise.all([client.close(), silent.close()])
    })
    expect(parentOf(theOnly(spans, 'execute mail'))).toBe('2222222222222222')
    expect(theOnly(spans, 'enqueue quiet').attributes['messaging.batch.message_count']).toBe(2)
  })
})
