import type { EndedFiring, JobEvent } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createLease } from '../test/fixtures/lease.ts'
import { createTestTools } from '../test/fixtures/tools.ts'
import { settled } from '../test/fixtures/turns.ts'
import { createHookRunner, type WorkerHooks } from './hook-runner.ts'

const ended = (status: EndedFiring['status']): EndedFiring => ({
  firingId: 'f',
  jobId: 'f',
  taskType: 'plain',
  status,
  attempt: 1,
  runId: 'f-1',
  error: 'why',
})

const never = new AbortController().signal

function createSubject(hooks: WorkerHooks = {}) {
  const tools = createTestTools({})
  return { ...tools, runner: createHookRunner({ ...tools, hooks }) }
}

describe('createHookRunner', () => {
  it('calls the hook of each end with its event, after whoever made it happen', async () => {
    const events: JobEvent[] = []
    const note = (event: JobEvent) => void events.push(event)
    const { runner } = createSubject({ onJobCompleted: [note], onJobDead: [note], onJobCancelled: [note] })
    runner.ended([ended('completed'), ended('dead'), ended('cancelled')], 'node-1')
    expect(events).toEqual([])
    await runner.idle(never)
    expect(events.map((event) => event.type)).toEqual(['job.completed', 'job.dead', 'job.cancelled'])
    expect(events[0]).toEqual({
      type: 'job.completed',
      timestamp: 0,
      jobId: 'f',
      taskType: 'plain',
      attempt: 1,
      runId: 'f-1',
      nodeId: 'node-1',
      error: 'why',
    })
  })

  it('names the firing where a job has several', async () => {
    const events: JobEvent[] = []
    const { runner } = createSubject({ onJobDead: [(event: JobEvent) => void events.push(event)] })
    runner.ended([{ ...ended('dead'), firingId: 'f:1000' }])
    await runner.idle(never)
    expect(events).toMatchObject([{ jobId: 'f', firingId: 'f:1000' }])
  })

  it('calls those of failed attempts and pauses', async () => {
    const events: JobEvent[] = []
    const note = (event: JobEvent) => void events.push(event)
    const { runner } = createSubject({ onJobFailed: [note], onJobPaused: [note] })
    const lease = createLease({ attempt: 2 })
    runner.failed(lease, 'no')
    runner.paused(lease, 'pause')
    await runner.idle(never)
    expect(events.map(({ type, attempt, error }) => [type, attempt, error])).toEqual([
      ['job.failed', 2, 'no'],
      ['job.paused', 2, 'pause'],
    ])
  })

  it('calls a list in order, one after the other, and those added later last', async () => {
    const trail: number[] = []
    const { runner } = createSubject({
      onJobDead: [
        async () => {
          await Promise.resolve()
          trail.push(1)
        },
        () => void trail.push(2),
      ],
    })
    runner.add('onJobDead', () => void trail.push(3))
    runner.add('onJobCompleted', () => void trail.push(9))
    runner.ended([ended('dead')])
    await runner.idle(never)
    expect(trail).toEqual([1, 2, 3])
  })

  it('logs what a hook throws and goes on', async () => {
    const trail: string[] = []
    const { runner, logger } = createSubject({
      onJobDead: [
        () => {
          throw new Error('bug')
        },
        () => Promise.reject(new Error('late bug')),
        () => void trail.push('reached'),
      ],
    })
    runner.ended([ended('dead')])
    await settled(() => trail.length === 1)
    expect(logger.lines.map(({ level, fields }) => [level, fields.hook])).toEqual([
      ['error', 'onJobDead'],
      ['error', 'onJobDead'],
    ])
  })
})
