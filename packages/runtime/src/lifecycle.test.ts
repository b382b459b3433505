import { ServerStoppedError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createDeferred } from './deferred.ts'
import { createLifecycle } from './lifecycle.ts'
import type { StopOptions } from './service.ts'
import { nothingStopped } from './service.ts'

function createSubject(start: () => Promise<void> = async () => {}) {
  const stops: StopOptions[] = []
  let starts = 0
  const subject = createLifecycle({
    start: () => {
      starts++
      return start()
    },
    stop: async (options) => {
      stops.push(options)
      return { finished: 1, handedBack: 2, abandoned: 3 }
    },
  })
  return { subject, stops, starts: () => starts }
}

describe('createLifecycle', () => {
  it('goes from idle over running to stopped', async () => {
    const { subject } = createSubject()
    expect(subject.phase).toBe('idle')
    const started = subject.start()
    expect(subject.phase).toBe('starting')
    await started
    expect(subject.phase).toBe('running')
    const stopped = subject.stop()
    expect(subject.phase).toBe('stopping')
    expect(await stopped).toEqual({ finished: 1, handedBack: 2, abandoned: 3 })
    expect(subject.phase).toBe('stopped')
  })

  it('starts and stops once, however often it is asked', async () => {
    const { subject, stops, starts } = createSubject()
    await Promise.all([subject.start(), subject.start()])
    const reports = await Promise.all([subject.stop({ timeoutMs: 7 }), subject.stop({ timeoutMs: 9 })])
    expect(starts()).toBe(1)
    expect(stops).toEqual([{ timeoutMs: 7 }])
    expect(reports[0]).toBe(reports[1])
  })

  it('allows a stop before start; nothing starts afterwards', async () => {
    const { subject, stops, starts } = createSubject()
    expect(await subject.stop()).toBe(nothingStopped)
    await expect(subject.start()).rejects.toBeInstanceOf(ServerStoppedError)
    expect([stops.length, starts(), subject.phase]).toEqual([0, 0, 'stopped'])
  })

  it('lets a stop during start wait for the start', async () => {
    const starting = createDeferred<void>()
    const { subject, stops } = createSubject(() => starting.promise)
    const started = subject.start()
    const stopped = subject.stop()
    expect(stops).toEqual([])
    starting.resolve()
    await started
    await stopped
    expect(stops).toHaveLength(1)
  })

  it('cleans up and stays stopped after a failed start', async () => {
    const { subject, stops } = createSubject(() => Promise.reject(new Error('no store')))
    await expect(subject.start()).rejects.toThrow('no store')
    expect(stops).toHaveLength(1)
    expect(subject.phase).toBe('stopped')
    await subject.stop()
    expect(stops).toHaveLength(1)
  })

  it('cleans up once when a stop meets a failing start', async () => {
    const starting = createDeferred<void>()
    const { subject, stops } = createSubject(() => starting.promise)
    const started = subject.start()
    const stopped = subject.stop()
    starting.reject(new Error('no store'))
    await expect(started).rejects.toThrow('no store')
    await stopped
    expect(stops).toHaveLength(1)
  })

  it('is disposed by `await using`', async () => {
    const { subject, stops } = createSubject()
    await subject.start()
    await subject[Symbol.asyncDispose]()
    expect(stops).toEqual([{}])
  })
})
