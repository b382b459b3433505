import { createCaller } from '@dureq/runtime'
import type { InstanceMessage, Mail, NewInstance } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import {
  ContinueAsNewError,
  currentJob,
  SkipError,
  type WorkflowContext,
  type WorkflowSignal,
} from '../src/index.ts'
import { type System, withSystem } from './fixtures/system.ts'

const workflowId = '01234567800000000abc'
const jobId = '01234567800000000abd'

/** Stores a workflow with one task under way, as an engine would; says how to signal it, and what mail it has got. */
async function startTask({ store }: System, input?: string) {
  const caller = createCaller()
  const instance: NewInstance = {
    id: workflowId,
    kind: 'workflow',
    name: 'order',
    definition: { hash: 'abc', text: '{}' },
    state: '{}',
    ...(input === undefined ? {} : { input }),
  }
  const [created] = await caller.call((key) => store.instances.create(key, [instance]))
  const id = created?.id as string
  const job = {
    id: jobId,
    taskType: 'plain',
    payload: '1',
    priority: 5,
    workflowId: id,
    workflowTask: 'charge',
  }
  const receive = async (): Promise<readonly Mail[]> => {
    const request = { nodeId: 'engine', queues: ['workflow'], limit: 1, leaseMs: 1 } as const
    const { bags } = await caller.call((key) => store.mailboxes.receive(key, request))
    return bags[0]?.messages ?? []
  }
  const begun = await receive()
  const nothing = { parts: [], cancel: [], create: [], send: [], timers: [], acknowledge: [], events: [] }
  const commit = {
    id,
    version: 1,
    consumed: begun.length,
    status: 'running',
    state: '{}',
    ...nothing,
  } as const
  const { outcomes } = await caller.call((key) =>
    store.mailboxes.commit(key, [{ ...commit, enqueue: [job] }]),
  )
  expect(outcomes).toEqual(['committed'])
  return {
    id,
    receive,
    async signal(message: Omit<InstanceMessage & { kind: 'signal' }, 'kind'>): Promise<void> {
      const sending = { to: id, message: { kind: 'signal', ...message }, allowed: ['running'] } as const
      await caller.call((key) => store.instances.send(key, [sending]))
    },
  }
}

describe('a task of a workflow', () => {
  it('knows its workflow, wherever it asks', () =>
    withSystem(async (system) => {
      const { id } = await startTask(system, '{"total":7}')
      const seen: (WorkflowContext | undefined)[] = []
      const node = system
        .worker()
        .handle('plain', (_, ctx) => void seen.push(ctx.workflow, currentJob().workflow))
      await node.start()
      const other = await system.enqueue()
      await system.ended(jobId, other)
      expect(seen[0]).toMatchObject({ id, name: 'order', task: 'charge', input: { total: 7 } })
      expect(seen[1]).toBe(seen[0])
      expect(seen.slice(2)).toEqual([undefined, undefined])
    }))

  it('reads signals until they are acknowledged', () =>
    withSystem(async (system) => {
      const { id, signal } = await startTask(system)
      await signal({ id: 's1', name: 'approval', payload: '{"by":"me"}', dedupeKey: 'k' })
      await signal({ id: 's2', name: 'hint' })
      const read: (readonly WorkflowSignal[])[] = []
      const acknowledged: number[] = []
      const node = system.worker().handle('plain', async (_, { workflow }) => {
        const { signals } = workflow as WorkflowContext
        read.push(await signals.read(), await signals.read('approval'))
        acknowledged.push(await signals.acknowledge(['s1']), await signals.acknowledge(['s1', 's2']))
        read.push(await signals.read())
      })
      await node.start()
      await system.ended(jobId)
      const approval = {
        id: 's1',
        name: 'approval',
        payload: { by: 'me' },
        sentAt: expect.any(Number),
        workflowId: id,
        dedupeKey: 'k',
      }
      expect(read).toEqual([[approval, expect.objectContaining({ id: 's2', name: 'hint' })], [approval], []])
      expect(acknowledged).toEqual([1, 1])
    }))

  it('keeps the signals it has not acknowledged for its next attempt', () =>
    withSystem(async (system) => {
      const { signal } = await startTask(system)
      await signal({ id: 's1', name: 'go' })
      const read: number[] = []
      const retryPolicy = { maxAttempts: 2, initialDelay: 1, jitter: 0 }
      const node = system.worker().handle(
        'plain',
        async (_, { workflow, attempt }) => {
          read.push((await workflow?.signals.read())?.length ?? -1)
          if (attempt === 1) throw new Error('not yet')
        },
        { retryPolicy },
      )
      await node.start()
      await system.ended(jobId)
      expect(read).toEqual([1, 1])
    }))

  it('continues its workflow as new: its job has succeeded, and the workflow is told', () =>
    withSystem(async (system) => {
      const { receive } = await startTask(system)
      const node = system.worker().handle('plain', () => {
        throw new ContinueAsNewError({ page: 2 })
      })
      await node.start()
      await system.ended(jobId)
      expect(await system.job(jobId)).toMatchObject({ status: 'completed', workflowTask: 'charge' })
      expect(await receive()).toMatchObject([
        { kind: 'jobEnded', jobId, task: 'charge', status: 'completed', continueAsNew: '{"page":2}' },
      ])
    }))

  it('fails for good when it cannot continue with what it was given', () =>
    withSystem(async (system) => {
      const { receive } = await startTask(system)
      const node = system.worker().handle('plain', () => {
        throw new ContinueAsNewError((() => {}) as never)
      })
      await node.start()
      await system.ended(jobId)
      expect(await receive()).toMatchObject([
        {
          kind: 'jobEnded',
          status: 'dead',
          error: expect.stringContaining('continue-as-new: dureq: invalid input'),
        },
      ])
    }))

  it('tells its workflow when it is skipped', () =>
    withSystem(async (system) => {
      const { receive } = await startTask(system)
      const node = system.worker().handle('plain', () => {
        throw new SkipError('nothing to do')
      })
      await node.start()
      await system.ended(jobId)
      expect(await receive()).toMatchObject([
        { kind: 'jobEnded', status: 'completed', skipped: 'nothing to do' },
      ])
    }))
})
