import {
  DuplicateHandlerError,
  defaultSettings,
  defaultSizeLimits,
  ServerStoppedError,
  type Store,
  StoreUnavailableError,
  ValidationError,
} from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createRecordingLogger } from '../test/fixtures/recording-logger.ts'
import { createWorker } from './worker.ts'
import type { WorkerOptions } from './worker-options.ts'

/** A store in which nothing ever happens. */
function createQuietStore(): {
  readonly store: WorkerOptions['store']
  readonly calls: string[]
} {
  const calls: string[] = []
  const nodes = {
    announce: async () => {
      calls.push('announce')
      return { draining: false }
    },
    leave: async () => void calls.push('leave'),
  } as Partial<Store['nodes']>
  const runs = {
    claim: async () => ({ kind: 'claimed', leases: [], ended: [], now: 0 }),
    advance: async () => ({ moved: 0, ended: [], now: 0 }),
    wait: (_, { signal }) =>
      new Promise((resolve) => {
        signal?.addEventListener('abort', () => resolve([]))
      }),
  } as Partial<Store['runs']>
  const settings = { get: async () => ({ version: 0, settings: defaultSettings }) } as Partial<
    Store['settings']
  >
  const store = { nodes, runs, settings, mailboxes: {}, limits: defaultSizeLimits } as WorkerOptions['store']
  return { store, calls }
}

function fieldsOf(act: () => unknown): unknown {
  try {
    act()
    return []
  } catch (error) {
    return ValidationError.is(error) ? error.fields.map((fault) => fault.field) : error
  }
}

describe('createWorker', () => {
  it('refuses faulty options, naming them', () => {
    const { store } = createQuietStore()
    expect(fieldsOf(() => createWorker({ store, concurrency: 0, leaseMs: 1 }))).toEqual([
      'concurrency',
      'leaseMs',
    ])
  })

  it('refuses a second handler for a name', () => {
    const worker = createWorker(createQuietStore())
    worker.handle('a', () => {}).handle('a.*', () => {})
    expect(() => worker.handle({ type: 'a' }, () => {})).toThrow(DuplicateHandlerError)
    expect(() => worker.handle('a.*', () => {})).toThrow(DuplicateHandlerError)
    expect(() => worker.handleMany('a.*', { maxSize: 2 }, () => [])).toThrow(DuplicateHandlerError)
    worker.handleMany('many', { maxSize: 2 }, () => [])
    expect(() => worker.handle('many', () => {})).toThrow(DuplicateHandlerError)
  })

  it('refuses faulty handlers and middlewares, naming the fault', () => {
    const worker = createWorker(createQuietStore())
    expect(fieldsOf(() => worker.handle('', () => {}))).toEqual(['taskType'])
    expect(fieldsOf(() => worker.handle('a', () => {}, { concurrency: 0 }))).toEqual(['concurrency'])
    expect(fieldsOf(() => worker.use('no' as never))).toEqual(['middlewares[0]'])
    worker.handle('a', () => {})
  })

  it('refuses to start without a handler', async () => {
    const worker = createWorker(createQuietStore())
    await expect(worker.start()).rejects.toThrow('handlers: must not be empty')
    expect(worker.health().status).toBe('stopped')
  })

  it('starts once, and then takes no more handlers', async () => {
    const { store, calls } = createQuietStore()
    const worker = createWorker({ store }).handle('a', () => {})
    await Promise.all([worker.start(), worker.start()])
    expect(calls).toEqual(['announce'])
    expect(fieldsOf(() => worker.handle('b', () => {}))).toEqual(['handle'])
    expect(fieldsOf(() => worker.use())).toEqual(['use'])
    worker.hook('onJobDead', () => {})
    await worker.stop()
  })

  it('says where it is in its life', async () => {
    const { store, calls } = createQuietStore()
    const logger = createRecordingLogger()
    const worker = createWorker({ store, nodeId: 'me', logger, concurrency: 3 }).handle('a', () => {})
    expect(worker.health()).toMatchObject({ nodeId: 'me', status: 'idle', concurrency: 3, running: 0 })
    const started = worker.start()
    expect(worker.health().status).toBe('starting')
    await started
    expect(worker.health().status).toBe('running')
    const stopped = worker.stop()
    expect(worker.health().status).toBe('stopping')
    expect(await stopped).toEqual({ finished: 0, handedBack: 0, abandoned: 0 })
    expect(worker.health().status).toBe('stopped')
    expect(calls).toEqual(['announce', 'leave'])
    expect(logger.lines.map((line) => [line.fields.nodeId, line.message])).toEqual([
      ['me', 'worker started'],
      ['me', 'worker stopped'],
    ])
  })

  it('may be stopped before it starts, as often as one likes', async () => {
    const { store, calls } = createQuietStore()
    const worker = createWorker({ store }).handle('a', () => {})
    expect(await worker.stop()).toEqual({ finished: 0, handedBack: 0, abandoned: 0 })
    await worker.stop()
    await expect(worker.start()).rejects.toBeInstanceOf(ServerStoppedError)
    expect(calls).toEqual([])
  })

  it('does not start when the store cannot be reached, and leaves nothing running', async () => {
    const away = new StoreUnavailableError(false)
    const { store } = createQuietStore()
    const nodes = { ...store.nodes, announce: () => Promise.reject(away) }
    const worker = createWorker({ store: { ...store, nodes } }).handle('a', () => {})
    await expect(worker.start()).rejects.toBe(away)
    expect(worker.health()).toMatchObject({ status: 'stopped', lastError: away })
  })

  it('is disposed of', async () => {
    const { store, calls } = createQuietStore()
    {
      await using worker = createWorker({ store }).handle('a', () => {})
      await worker.start()
    }
    expect(calls).toEqual(['announce', 'leave'])
  })
})
