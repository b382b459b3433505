import {
  createHandlerSet,
  defaultSettings,
  type EndedFiring,
  type LeasedRun,
  type NewJob,
} from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { handler } from '../fixtures/handlers.ts'
import { newJob } from '../fixtures/new-job.ts'
import { died, failed, paused, repeated, succeeded } from '../fixtures/outcomes.ts'
import { claimable, claimed } from './claims.ts'
import { obey } from './commands.ts'
import { enqueue } from './enqueue.ts'
import { beat, release, settle } from './outcomes.ts'
import { advance, timeIsUp } from './time.ts'
import { createWorld, findJob, type World } from './world.ts'

const set = createHandlerSet([handler('plain', { leaseMs: 10_000, maxAttempts: 2 })])

describe('the model', () => {
  it('knows a draft, a request and a held key again', () => {
    const { world, add } = worldOf()
    const draft = newJob({ uniqueKey: 'k', requestId: 'r' })
    expect(add(draft)).toMatchObject({ kind: 'created', id: draft.id })
    expect(add(draft)).toEqual({ kind: 'repeated', id: draft.id })
    expect(add({ requestId: 'r' })).toEqual({ kind: 'repeated', id: draft.id })
    expect(add({ uniqueKey: 'k' })).toEqual({ kind: 'duplicate', id: draft.id })
    expect(world.jobs).toHaveLength(1)
    world.now += 24 * 3_600_000
    expect(add({ requestId: 'r' }).kind).toBe('created')
  })

  it('follows a claim in the order of the line, and refuses any other', () => {
    const { add, take } = worldOf()
    const [a, b] = [add().id, add().id]
    expect(() => take(b)).toThrow(`${a} stood before ${b}`)
    take(a)
    take(b)
    expect(() => take(a)).toThrow('was not in a line')
  })

  it('puts what comes back before what waits, and what is resumed behind it', () => {
    const { world, add, take } = worldOf()
    const [a, b, c] = [add().id, add().id, add().id]
    settle(world, failed(take(a)), [])
    obey(world, { verb: 'pause', id: b }, [])
    obey(world, { verb: 'resume', id: b }, [])
    for (const id of [a, c, b]) take(id)
  })

  it('refuses what a node cannot run or has no slots for', () => {
    const { world, add, take } = worldOf()
    const other = add({ taskType: 'other' }).id
    expect(() => take(other)).toThrow('cannot run other')
    add()
    expect(claimable(world, set, {})).toHaveLength(1)
    expect(claimable(world, set, { plain: 0 })).toHaveLength(0)
  })

  it('ends what it settles, and says lost to an old token', () => {
    const { world, add, take } = worldOf()
    const id = add({ uniqueKey: 'k' }).id
    const first = take(id)
    settle(world, repeated(first), [])
    expect(settle(world, succeeded(first), [])).toBe('lost')
    const ended: EndedFiring[] = []
    expect(settle(world, succeeded(take(id), '1'), ended)).toBe('settled')
    expect(ended).toMatchObject([{ jobId: id, status: 'completed', attempt: 1, runId: `${id}-2` }])
    expect(world.keyHolders).toEqual([])
    expect(typesOf(world, id)).toEqual([
      'job.enqueued',
      'job.started',
      'job.dispatched',
      'job.started',
      'job.completed',
    ])
  })

  it('moves what is due, once', () => {
    const { world, add, take } = worldOf()
    const delayed = add({ delayMs: 1_000 }).id
    const late = add({ scheduleToStartTimeoutMs: 500, priority: 9 }).id
    const leased = take(add().id)
    world.now += 999
    expect(advance(world).map((each) => each.jobId)).toEqual([late])
    world.now += 1
    expect(timeIsUp(world)).toBe(true)
    advance(world)
    expect(timeIsUp(world)).toBe(false)
    expect(findJob(world, delayed)?.record.status).toBe('pending')
    beat(world, { ...leased, leaseMs: 60_000 })
    world.now += 59_999
    expect(advance(world)).toEqual([])
    world.now += 1
    advance(world)
    expect(findJob(world, leased.jobId)?.record).toMatchObject({ status: 'retrying', attempt: 1 })
  })

  it('lets a lease that expires without attempts left die', () => {
    const { world, add, take } = worldOf()
    const id = add({ dlqAfter: 1 }).id
    take(id)
    world.now += 10_000
    expect(advance(world)).toMatchObject([{ jobId: id, status: 'dead', attempt: 1 }])
  })

  it('cancels whatever a run reports after the request', () => {
    const { world, add, take } = worldOf()
    const id = add().id
    const lease = take(id)
    obey(world, { verb: 'cancel', id, reason: 'enough' }, [])
    obey(world, { verb: 'cancel', id, reason: 'again' }, [])
    settle(world, paused(lease), [])
    expect(findJob(world, id)?.record.result).toEqual({ status: 'cancelled', error: 'enough' })
  })

  it('leaves no record of a run handed back unstarted', () => {
    const { world, add, take } = worldOf()
    const id = add().id
    release(world, take(id, false), [])
    expect(findJob(world, id)).toMatchObject({
      executions: 1,
      runs: [],
      record: { status: 'pending', attempt: 0 },
    })
  })

  it('forgets what is kept no longer, and what is not kept at all', () => {
    const { world, add, take } = worldOf()
    const none = add({ retainMs: 0 }).id
    const brief = add({ retainMs: 50, requestId: 'r' }).id
    settle(world, died(take(none)), [])
    expect(findJob(world, none)).toBeUndefined()
    settle(world, died(take(brief)), [])
    world.now += 49
    expect(timeIsUp(world)).toBe(false)
    world.now += 1
    expect(timeIsUp(world)).toBe(true)
    advance(world)
    expect(world).toMatchObject({ jobs: [], requests: [], keyHolders: [] })
  })
})

function worldOf() {
  const world = createWorld(1_000_000, defaultSettings.retention)
  const add = (draft: Partial<NewJob> = {}) => {
    const job = newJob(draft)
    return enqueue(world, job, job.id)
  }
  let tokens = 0
  const take = (jobId: string, start: boolean = true) => {
    const request = { nodeId: 'n1', handlerSet: set.id, limit: 1, start }
    return claimed(world, request, set, { jobId, token: `${++tokens}` } as LeasedRun)
  }
  return { world, add, take }
}

function typesOf(world: World, id: string): string[] {
  return world.events.filter((event) => event.jobId === id).map((event) => event.type)
}
