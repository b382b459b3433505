import type { NewInstance, WorkflowDefinition } from '@dureq/types'
import { describe, expect, it, vi } from 'vitest'
import {
  type Client,
  DuplicateSignalError,
  InvalidWorkflowStatusError,
  OwnedJobError,
  OwnedWorkflowError,
  SizeLimitError,
  ValidationError,
  WorkflowEndedError,
  WorkflowNotFoundError,
} from '../src/index.ts'
import { childState, createHandEngine, type HandEngine, memberJob } from './fixtures/hand-engine.ts'
import { stores, withRig } from './fixtures/rig.ts'
import { siblingId } from './fixtures/sibling-id.ts'

const unknown = '0123456789abcdefghij'
const definition: WorkflowDefinition = { name: 'order', tasks: [{ name: 'a', taskType: 't' }] }

/** Lets a workflow go on as another; says its id. */
async function continueAsNew(client: Client, engine: HandEngine, id: string): Promise<string> {
  const { definitionHash: hash = '' } = await engine.head(id)
  const text = JSON.stringify((await client.getWorkflow(id))?.definition)
  const next: NewInstance = {
    id: siblingId(id),
    kind: 'workflow',
    name: 'order',
    definition: { hash, text },
    state: childState(definition),
    continuedFrom: id,
  }
  await engine.step(id, { status: 'continued', continuedTo: next.id, create: [next] })
  return next.id
}

describe.each(Object.entries(stores))('orders to workflows on %s', (_, openStore) => {
  it('are recorded in the statuses that allow them, and change the status at once', () =>
    withRig(openStore, async ({ client, store }) => {
      const engine = createHandEngine(store)
      const { id } = await client.enqueueWorkflow(definition)
      const status = async (): Promise<unknown> => (await client.getWorkflow(id))?.status
      await client.suspendWorkflow(id)
      expect(await status()).toBe('suspended')
      await expect(client.suspendWorkflow(id)).rejects.toThrow(InvalidWorkflowStatusError)
      await client.resumeWorkflow(id)
      expect(await status()).toBe('running')
      await expect(client.resumeWorkflow(id)).rejects.toMatchObject({ status: 'running', verb: 'resume' })
      await expect(client.retryWorkflow(id)).rejects.toMatchObject({ status: 'running', verb: 'retry' })
      await client.cancelWorkflow(id, { reason: 'enough' })
      expect(await status()).toBe('running')
      await engine.step(id, { status: 'cancelled', error: 'enough' })
      for (const verb of ['cancel', 'suspend', 'resume'] as const) {
        await expect(client[`${verb}Workflow`](id)).rejects.toMatchObject({
          workflowId: id,
          status: 'cancelled',
          verb,
        })
      }
      await client.retryWorkflow(id)
      expect(await client.getWorkflow(id)).toMatchObject({ status: 'running' })
      expect((await client.getWorkflow(id))?.error).toBeUndefined()
    }))

  it('of one tick travel together', () =>
    withRig(openStore, async ({ client, calls }) => {
      const [a, b] = await Promise.all([
        client.enqueueWorkflow(definition),
        client.enqueueWorkflow(definition),
      ])
      calls.length = 0
      await Promise.all([client.suspendWorkflow(a), client.signalWorkflow(a, 'go'), client.cancelWorkflow(b)])
      expect(calls).toEqual(['instances.send'])
    }))

  it('to an unknown workflow are refused', () =>
    withRig(openStore, async ({ client, calls }) => {
      for (const id of [unknown, 'nope']) {
        for (const verb of ['cancel', 'retry', 'suspend', 'resume', 'delete'] as const)
          await expect(client[`${verb}Workflow`](id)).rejects.toThrow(WorkflowNotFoundError)
        await expect(client.signalWorkflow(id, 'go')).rejects.toThrow(WorkflowNotFoundError)
        await expect(client.signalStats(id)).rejects.toThrow(WorkflowNotFoundError)
      }
      calls.length = 0
      await expect(client.cancelWorkflow(unknown, { reason: 7 as never })).rejects.toThrow(ValidationError)
      expect(calls).toEqual([])
    }))

  it('go to the newest of those a workflow has continued as', () =>
    withRig(openStore, async ({ client, store }) => {
      const engine = createHandEngine(store)
      const { id: first } = await client.enqueueWorkflow(definition)
      const second = await continueAsNew(client, engine, first)
      const third = await continueAsNew(client, engine, second)
      expect(await client.getWorkflow(second)).toMatchObject({
        status: 'continued',
        continuedFrom: first,
        continuedTo: third,
      })
      await client.suspendWorkflow(first)
      expect(await client.getWorkflow(third)).toMatchObject({ status: 'suspended' })
      await client.signalWorkflow(first, 'go', 1)
      expect(await client.signalStats(third)).toMatchObject({ pendingCount: 1 })
      await expect(client.suspendWorkflow(first)).rejects.toMatchObject({ workflowId: third })
    }))

  it('reach the newest of a long chain in a few calls', () =>
    withRig(openStore, async ({ client, store }) => {
      const engine = createHandEngine(store)
      const { id: first } = await client.enqueueWorkflow(definition)
      let last = first
      for (let link = 0; link < 20; link++) last = await continueAsNew(client, engine, last)
      const [send, get] = [vi.spyOn(store.instances, 'send'), vi.spyOn(store.instances, 'get')]
      await client.signalWorkflow(first, 'go')
      expect(await client.signalStats(last)).toMatchObject({ pendingCount: 1 })
      expect(send).toHaveBeenCalledTimes(2)
      await engine.step(last, { status: 'completed', output: '7' })
      get.mockClear()
      expect(await client.waitForWorkflow(first)).toBe(7)
      expect(get).toHaveBeenCalledTimes(2)
    }))

  it('delete what has ended, and nothing that belongs to another workflow', () =>
    withRig(openStore, async ({ client, store }) => {
      const engine = createHandEngine(store)
      const { id } = await client.enqueueWorkflow(definition)
      await expect(client.deleteWorkflow(id)).rejects.toMatchObject({ status: 'running', verb: 'delete' })
      const child: NewInstance = {
        id: siblingId(id),
        kind: 'workflow',
        name: 'child',
        definition: { hash: 'abc', text: JSON.stringify({ ...definition, name: 'child' }) },
        state: childState(definition),
        parent: { id, task: 'a' },
      }
      await engine.step(id, { create: [child] })
      await engine.step(child.id, { status: 'completed' })
      await expect(client.deleteWorkflow(child.id)).rejects.toThrow(OwnedWorkflowError)
      await expect(client.deleteWorkflow(child.id)).rejects.toMatchObject({ ownerId: id })
      expect(await client.getWorkflow(child.id)).toMatchObject({ parentWorkflowId: id, parentTaskName: 'a' })
      await engine.step(id, { status: 'completed' })
      await client.deleteWorkflow(id)
      expect(await client.getWorkflow(id)).toBeUndefined()
      expect(await client.getWorkflow(child.id)).toBeUndefined()
    }))

  it('to jobs of a workflow are refused, but for cancel, pause and resume', () =>
    withRig(openStore, async ({ client, store }) => {
      const engine = createHandEngine(store)
      const { id } = await client.enqueueWorkflow(definition)
      const job = siblingId(id)
      await engine.step(id, { enqueue: [memberJob(id, 'a', job)] })
      await client.pauseJob(job)
      await client.resumeJob(job)
      await expect(client.updatePayload(job, 1)).rejects.toThrow(OwnedJobError)
      await client.cancelJob(job)
      await expect(client.retryJob(job)).rejects.toMatchObject({ ownerId: id })
      await expect(client.deleteJob(job)).rejects.toThrow(OwnedJobError)
    }))
})

describe.each(Object.entries(stores))('signals on %s', (_, openStore) => {
  it('are kept until something deals with them', () =>
    withRig(openStore, async ({ client, store }) => {
      const { id } = await client.enqueueWorkflow(definition)
      expect(await client.signalStats(id)).toEqual({ pendingCount: 0, oldestUnackedAgeMs: 0 })
      await client.signalWorkflow(id, 'approval', { by: 'me' })
      await client.suspendWorkflow(id)
      await client.signalWorkflow(id, 'approval')
      const { pendingCount, oldestUnackedAgeMs } = await client.signalStats(id)
      expect(pendingCount).toBe(2)
      expect(oldestUnackedAgeMs).toBeGreaterThanOrEqual(0)
      const signals = await store.mailboxes.signals(id, { name: 'approval', limit: 10 })
      expect(signals.map(({ payload }) => payload)).toEqual(['{"by":"me"}', undefined])
    }))

  it('with a dedupe key come once', () =>
    withRig(openStore, async ({ client }) => {
      const { id } = await client.enqueueWorkflow(definition)
      await client.signalWorkflow(id, 'go', 1, { dedupeKey: 'k' })
      const again = client.signalWorkflow(id, 'go', 1, { dedupeKey: 'k' })
      await expect(again).rejects.toThrow(DuplicateSignalError)
      await expect(again).rejects.toMatchObject({ workflowId: id, dedupeKey: 'k' })
      expect((await client.signalStats(id)).pendingCount).toBe(1)
    }))

  it('are refused when the workflow has ended, or they are none', () =>
    withRig(openStore, async ({ client, store, calls }) => {
      const engine = createHandEngine(store)
      const { id } = await client.enqueueWorkflow(definition)
      calls.length = 0
      await expect(client.signalWorkflow(id, '')).rejects.toThrow(ValidationError)
      await expect(client.signalWorkflow(id, 'go', () => {})).rejects.toThrow(ValidationError)
      await expect(client.signalWorkflow(id, 'go', 1, { more: 1 } as never)).rejects.toThrow(ValidationError)
      const tooLarge = 'x'.repeat(store.limits.payload)
      await expect(client.signalWorkflow(id, 'go', tooLarge)).rejects.toThrow(SizeLimitError)
      expect(calls).toEqual([])
      await engine.step(id, { status: 'completed' })
      const late = client.signalWorkflow(id, 'go')
      await expect(late).rejects.toThrow(WorkflowEndedError)
      await expect(late).rejects.toMatchObject({ workflowId: id, status: 'completed' })
    }))

  it('are told of, as all that happens to a workflow', () =>
    withRig(openStore, async ({ client }) => {
      const { id: other } = await client.enqueueWorkflow(definition)
      const { id } = await client.enqueueWorkflow(definition)
      const events = client.subscribe({ workflowId: id })
      await client.signalWorkflow(other, 'go')
      await client.signalWorkflow(id, 'go')
      await client.suspendWorkflow(id)
      await client.resumeWorkflow(id)
      const told: unknown[] = []
      for await (const event of events) {
        told.push(event.type)
        if (told.length === 3) break
      }
      expect(told).toEqual(['workflow.signal.received', 'workflow.suspended', 'workflow.resumed'])
      expect(() => client.subscribe({ workflowId: 'nope' })).toThrow(ValidationError)
    }))
})

describe.each(Object.entries(stores))('waitForWorkflow on %s', (_, openStore) => {
  it('resolves to the output, whether it waited or came later', () =>
    withRig(openStore, async ({ client, store, calls }) => {
      const engine = createHandEngine(store)
      const workflow = await client.enqueueWorkflow(definition)
      const waiting = client.waitForWorkflow(workflow)
      while (!calls.includes('events.watch')) await new Promise((resolve) => setImmediate(resolve))
      await engine.step(workflow.id, { status: 'completed', output: '{"total":7}' })
      expect(await waiting).toEqual({ total: 7 })
      expect(await client.waitForWorkflow(workflow.id, { timeoutMs: 0 })).toEqual({ total: 7 })
    }))

  it('follows a workflow that continues as new', () =>
    withRig(openStore, async ({ client, store }) => {
      const engine = createHandEngine(store)
      const { id } = await client.enqueueWorkflow(definition)
      const waiting = client.waitForWorkflow(id)
      const second = await continueAsNew(client, engine, id)
      await engine.step(second, { status: 'completed' })
      expect(await waiting).toBeUndefined()
      expect(await client.waitForWorkflow(id, { timeoutMs: 0 })).toBeUndefined()
    }))

  it('rejects with how it ended, that it has not, or that there is none', () =>
    withRig(openStore, async ({ client, store }) => {
      const engine = createHandEngine(store)
      const { id } = await client.enqueueWorkflow(definition)
      await expect(client.waitForWorkflow(id, { timeoutMs: 0 })).rejects.toMatchObject({
        code: 'wait-timeout',
      })
      await expect(client.waitForWorkflow(id, { timeoutMs: 5 })).rejects.toMatchObject({
        code: 'wait-timeout',
      })
      await expect(client.waitForWorkflow(unknown)).rejects.toThrow(WorkflowNotFoundError)
      await engine.step(id, { status: 'failed', error: 'task "a" failed: boom' })
      await expect(client.waitForWorkflow(id)).rejects.toMatchObject({
        code: 'workflow-failed',
        reason: 'task "a" failed: boom',
      })
      const other = await client.enqueueWorkflow(definition)
      await engine.step(other.id, { status: 'cancelled', error: 'enough' })
      await expect(client.waitForWorkflow(other)).rejects.toMatchObject({
        code: 'workflow-cancelled',
        reason: 'enough',
      })
    }))
})
