import type { JobEvent } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { NonRetryableError, PauseError, type Worker } from '../src/index.ts'
import { createHeldHandler } from './fixtures/held-handler.ts'
import { policy, withTimedSystem } from './fixtures/system.ts'
import { flow, flowUntil } from './fixtures/turns.ts'

const names = ['onJobCompleted', 'onJobFailed', 'onJobDead', 'onJobPaused', 'onJobCancelled'] as const

/** Notes every hook of a worker that is called. */
function noteHooks(worker: Worker, notes: [string, JobEvent][]): Worker {
  for (const name of names) worker.hook(name, (event) => void notes.push([name, event]))
  return worker
}

describe('hooks', () => {
  it('are called once for what this node settles', () =>
    withTimedSystem(async ({ worker, enqueue, clock, job }) => {
      const notes: [string, JobEvent][] = []
      const node = noteHooks(worker({ nodeId: 'me' }), notes)
        .handle('good', () => {})
        .handle('bad', () => {
          throw new Error('no')
        })
        .handle('hopeless', () => {
          throw new NonRetryableError('no use')
        })
        .handle('waits', () => {
          throw new PauseError('quota')
        })
      await node.start()
      const calledFor = async (taskType: string, until: string): Promise<unknown> => {
        notes.length = 0
        const id = await enqueue({ taskType, retryPolicy: policy({ maxAttempts: 2 }) })
        await flowUntil(clock, async () => (await job(id)).status === until)
        await flow(clock, 50)
        return notes.map(([name, { type, jobId, nodeId, attempt, error }]) => {
          expect([jobId, nodeId]).toEqual([id, 'me'])
          return [name, type, attempt, error]
        })
      }
      expect(await calledFor('good', 'completed')).toEqual([
        ['onJobCompleted', 'job.completed', 1, undefined],
      ])
      expect(await calledFor('bad', 'dead')).toEqual([
        ['onJobFailed', 'job.failed', 1, 'no'],
        ['onJobFailed', 'job.failed', 2, 'no'],
        ['onJobDead', 'job.dead', 2, 'no'],
      ])
      expect(await calledFor('hopeless', 'dead')).toEqual([
        ['onJobFailed', 'job.failed', 1, 'no use'],
        ['onJobDead', 'job.dead', 1, 'no use'],
      ])
      expect(await calledFor('waits', 'paused')).toEqual([['onJobPaused', 'job.paused', 1, 'pause: quota']])
    }))

  it('are called for a cancelled run, and for no failure of it', () =>
    withTimedSystem(async ({ worker, enqueue, cancel, clock, job }) => {
      const notes: [string, JobEvent][] = []
      const held = createHeldHandler({ obey: true })
      const node = noteHooks(worker(), notes).handle('plain', held.handler)
      await node.start()
      const id = await enqueue()
      await held.begun(1)
      await cancel(id, 'enough')
      await flowUntil(clock, async () => (await job(id)).status === 'cancelled')
      await flow(clock, 50)
      expect(notes.map(([name, event]) => [name, event.error])).toEqual([['onJobCancelled', 'enough']])
    }))

  it('are called by one node for what time ends: a job that could not start in time', () =>
    withTimedSystem(async ({ worker, enqueue, clock, job }) => {
      const notes: [string, JobEvent][] = []
      const nodes = [1, 2].map(() => noteHooks(worker(), notes).handle('other', () => {}))
      for (const node of nodes) await node.start()
      const id = await enqueue({ scheduleToStartTimeoutMs: 1_000 })
      await flowUntil(clock, async () => (await job(id)).status === 'dead')
      await flow(clock, 50)
      expect(notes.map(([name, event]) => [name, event.jobId])).toEqual([['onJobDead', id]])
    }))

  it('disturb nothing when they throw, and are waited for when the node stops', () =>
    withTimedSystem(async ({ worker, enqueue, clock, job, logger }) => {
      const trail: string[] = []
      const node = worker()
        .handle('plain', () => {})
        .hook('onJobCompleted', () => {
          throw new Error('bug')
        })
        .hook('onJobCompleted', async () => {
          await clock.sleep(1_000)
          trail.push('late')
        })
      await node.start()
      const id = await enqueue()
      await flowUntil(clock, async () => (await job(id)).status === 'completed')
      const stopped = node.stop()
      await flow(clock, 1_100)
      await stopped
      expect(trail).toEqual(['late'])
      expect(logger.lines.filter((line) => line.level === 'error')).toHaveLength(1)
    }))
})
