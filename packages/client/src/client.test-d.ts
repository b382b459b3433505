import type {
  BatchItemResult,
  Explanation,
  FiringOutcome,
  Job,
  JobResult,
  JobRun,
  JsonValue,
  StoredSchedule,
  StoreUnavailableError,
  WorkflowDefinition,
  WorkflowInstance,
} from '@dureq/types'
import { expectTypeOf, test } from 'vitest'
import {
  type BackfillReport,
  type Client,
  defineTask,
  defineWorkflow,
  type EnqueuedBatch,
  type EnqueueResult,
  type OrderReport,
  type WalkReport,
} from './index.ts'

declare const client: Client
const send = defineTask<{ to: string }, { id: string }>({ type: 'email.send' })

test('a task types payload and result of its jobs', async () => {
  const job = await client.enqueue(send, { to: 'a' })
  expectTypeOf(job).toEqualTypeOf<Job<{ to: string }, { id: string }>>()
  expectTypeOf(await client.waitForResult(job)).toEqualTypeOf<{ id: string }>()
  expectTypeOf(await client.getResult(job)).toEqualTypeOf<JobResult<{ id: string }> | undefined>()
})

test('a payload has to fit its task', () => {
  // @ts-expect-error a number is no text
  void client.enqueue(send, { to: 1 })
  // @ts-expect-error something is missing
  void client.enqueue(send, {})
  // @ts-expect-error something is missing
  void client.enqueueMany(send, [{ to: 'a' }, {}])
  // @ts-expect-error something is missing
  void client.enqueueAll([{ task: send, payload: {} }])
})

test('what waits is told by how it is called', async () => {
  const { signal } = new AbortController()
  void client.enqueue('order', 1, { whenFull: 'wait', roomTimeout: '5s', signal })
  // @ts-expect-error a call for many waits for nothing
  void client.enqueueMany('order', [1], { whenFull: 'wait' })
  // @ts-expect-error nor does one of its entries
  void client.enqueueAll([{ task: 'order', options: { whenFull: 'wait' } }])
  void client.enqueueMany('order', [1], { concurrencyKeys: [{ key: 'a', maxConcurrency: 1 }] })
  // @ts-expect-error a key is an object
  void client.enqueue('order', 1, { concurrencyKeys: ['a'] })
})

test('operators are given what they ask for', async () => {
  expectTypeOf(await client.explain('id')).toEqualTypeOf<Explanation>()
  expectTypeOf((await client.listDead({ tag: 'a' })).jobs).toEqualTypeOf<readonly Job[]>()
  expectTypeOf(await client.retryDead({})).toEqualTypeOf<WalkReport>()
  expectTypeOf(await client.retryJobs(['id'])).toEqualTypeOf<OrderReport>()
  expectTypeOf((await client.listRuns({ status: 'failed' })).runs).toEqualTypeOf<readonly JobRun[]>()
  expectTypeOf((await client.searchJobs({ path: ['a', 0], value: null })).jobs).toEqualTypeOf<
    readonly Job[]
  >()
  const health = await client.health()
  if (health.status === 'ok') expectTypeOf(health.latencyMs).toEqualTypeOf<number>()
  else expectTypeOf(health.error).toEqualTypeOf<StoreUnavailableError>()
  // @ts-expect-error it is paused by a call of its own
  void client.setTaskTypeLimits('t', { paused: true })
  // @ts-expect-error a run has no such status
  void client.listRuns({ status: 'lost' })
})

test('names take any payload, also of an interface', async () => {
  interface Order {
    readonly id: number
  }
  const order: Order = { id: 1 }
  expectTypeOf(await client.enqueue('order', order)).toEqualTypeOf<Job>()
  expectTypeOf(await client.enqueue('order')).toEqualTypeOf<Job>()
  expectTypeOf(await client.waitForResult('id')).toEqualTypeOf<JsonValue>()
  expectTypeOf(await client.waitForResult<Order>('id')).toEqualTypeOf<Order>()
})

test('many jobs have one result each', async () => {
  const mixed = client.enqueueAll([
    { task: send, payload: { to: 'a' }, options: { uniqueKey: 'k' } },
    { task: 'order', payload: { id: 1 } },
    { task: 'order' },
  ])
  expectTypeOf(await mixed).toEqualTypeOf<readonly EnqueueResult[]>()
  expectTypeOf(await client.enqueueMany('order', [1, 'a'])).toEqualTypeOf<readonly EnqueueResult[]>()
})

test('options are known, and keys are not shared', () => {
  // @ts-expect-error no such option
  void client.enqueue(send, { to: 'a' }, { prio: 1 })
  // @ts-expect-error a cron schedule has an expression
  void client.enqueue(send, { to: 'a' }, { schedule: { type: 'CRON' } })
  // @ts-expect-error all but the first would be duplicates
  void client.enqueueMany(send, [], { uniqueKey: 'k' })
})

test('schedules recur, and say how', async () => {
  const schedule = {
    type: 'CRON',
    cronExpr: '0 9 * * 1-5',
    timezone: 'Asia/Tokyo',
    overlapPolicy: 'SKIP',
  } as const
  const job = await client.enqueue(send, { to: 'a' }, { schedule })
  expectTypeOf(job).toEqualTypeOf<Job<{ to: string }, { id: string }>>()
  await client.updateSchedule(job, { type: 'DURATION', interval: '1h', startsAt: new Date() })
  // @ts-expect-error it does not recur
  void client.updateSchedule(job, { type: 'ONE_TIME', runAt: 1 })
  // @ts-expect-error no such policy
  void client.previewSchedule({ type: 'DURATION', interval: 1, overlapPolicy: 'QUEUE' }, 3)
  expectTypeOf(await client.getSchedule(job)).toEqualTypeOf<StoredSchedule | undefined>()
  expectTypeOf(await client.triggerNow(job)).toEqualTypeOf<FiringOutcome>()
  expectTypeOf(await client.backfill(job, '2026-01-01T00:00:00Z', Date.now())).toEqualTypeOf<BackfillReport>()
  expectTypeOf((await client.listFirings(job)).jobs).toEqualTypeOf<readonly Job[]>()
  expectTypeOf((await client.listSchedules()).schedules).toEqualTypeOf<readonly StoredSchedule[]>()
})

test('events are told by their type', async () => {
  for await (const event of client.subscribe({ types: ['job.completed'] })) {
    if (event.type === 'gap')
      expectTypeOf(event).toEqualTypeOf<{ readonly type: 'gap'; readonly position: string }>()
    else expectTypeOf(event.jobId).toEqualTypeOf<string | undefined>()
  }
})

test('a workflow types its input and its output', async () => {
  const order = defineWorkflow('order').task('send', send)
  const workflow = await client.enqueueWorkflow(order, { to: 'a' }, { requestId: 'r' })
  expectTypeOf(workflow).toEqualTypeOf<WorkflowInstance<{ id: string }>>()
  expectTypeOf(await client.waitForWorkflow(workflow)).toEqualTypeOf<{ id: string }>()
  // @ts-expect-error the input is needed
  void client.enqueueWorkflow(order)
  // @ts-expect-error a number is no text
  void client.enqueueWorkflow(order, { to: 1 })
  // @ts-expect-error no such option
  void client.enqueueWorkflow(order, { to: 'a' }, { request: 'r' })
})

test('a plain definition takes any input', async () => {
  interface Order {
    readonly id: number
  }
  const plain: WorkflowDefinition = { name: 'order', tasks: [{ name: 'a', taskType: 't' }] }
  const input: Order = { id: 1 }
  const workflow = await client.enqueueWorkflow(plain, input)
  expectTypeOf(workflow).toEqualTypeOf<WorkflowInstance>()
  expectTypeOf(
    await client.enqueueWorkflow({ name: 'order', tasks: [{ name: 'a', taskType: 't' }] }),
  ).toEqualTypeOf<WorkflowInstance>()
  expectTypeOf(await client.waitForWorkflow(workflow)).toEqualTypeOf<JsonValue>()
  expectTypeOf(await client.waitForWorkflow<Order>('id')).toEqualTypeOf<Order>()
})

test('a batch types its items and their results', async () => {
  async function* rows(): AsyncGenerator<{ id: string; payload: { to: string } }> {
    yield { id: 'a', payload: { to: 'a' } }
  }
  const batch = await client.enqueueBatch({ name: 'mails', itemTask: send, items: rows() })
  expectTypeOf(batch).toEqualTypeOf<EnqueuedBatch<{ id: string }>>()
  expectTypeOf(await client.getBatchItemResult(batch, 'a')).toEqualTypeOf<
    BatchItemResult<{ id: string }> | undefined
  >()
  for await (const { output } of client.batchResults(batch))
    expectTypeOf(output).toEqualTypeOf<{ id: string } | undefined>()
  // @ts-expect-error a number is no text
  void client.enqueueBatch({ name: 'mails', itemTask: send, items: [{ id: 'a', payload: { to: 1 } }] })
  // @ts-expect-error it has no task
  void client.enqueueBatch({ name: 'mails', items: [] })
  void client.enqueueBatch({ name: 'mails', itemTaskType: 'email.send', items: [{ id: 'a', payload: 1 }] })
})

test('a task types what goes into its groups', async () => {
  expectTypeOf(await client.enqueueGroup(send, 'g', { to: 'a' })).toEqualTypeOf<{ readonly size: number }>()
  // @ts-expect-error something is missing
  void client.enqueueGroup(send, 'g', {})
})
