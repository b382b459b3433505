import { createDeferred } from '@dureq/runtime'
import {
  type LeaseMemo,
  LockNotHeldError,
  type MemoWrite,
  SizeLimitError,
  ValidationError,
} from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createExecution } from '../test/fixtures/lease.ts'
import type { MemorySource } from './memory-source.ts'
import { createRunMemory } from './run-memory.ts'

/** A memory over a store that keeps `values`; the execution remembers something when there are any. */
function createSubject(values: Readonly<Record<string, string>> = {}, answer: 'saved' | 'lost' = 'saved') {
  const saved: MemoWrite[] = []
  const loads: unknown[] = []
  const source: MemorySource = {
    limit: 50,
    save: async (write) => {
      saved.push(write)
      return answer
    },
    load: async (lease): Promise<LeaseMemo> => {
      loads.push(lease)
      return answer === 'lost' ? { kind: 'lost' } : { kind: 'found', values }
    },
    close: () => {},
  }
  const execution = createExecution(Object.keys(values).length > 0 ? { remembers: true } : {})
  return { memory: createRunMemory(execution, source), execution, source, saved, loads }
}

describe('a step', () => {
  it('runs with a key that is the same in every attempt, and keeps its result', async () => {
    const { memory, execution, saved, loads } = createSubject()
    const { firingId, token } = execution.lease
    const keys: string[] = []
    const charge = (key: string): { at: Date } => {
      keys.push(key)
      return { at: new Date(0) }
    }
    const first = await memory.step('charge', charge)
    expect(first).toEqual({ at: '1970-01-01T00:00:00.000Z' })
    expect(await memory.step('charge', charge)).toEqual(first)
    expect(keys).toEqual([`${firingId}:charge`])
    const value = '{"at":"1970-01-01T00:00:00.000Z"}'
    expect(saved).toEqual([{ firingId, token, name: 'charge', value }])
    expect(loads).toEqual([])
  })

  it('is not run again by a later attempt', async () => {
    const { memory, saved, loads } = createSubject({ charge: '[1]', other: 'null' })
    expect(await memory.step('charge', () => expect.unreachable())).toEqual([1])
    expect(await memory.step('other', () => expect.unreachable())).toBeNull()
    expect(saved).toEqual([])
    expect(loads).toHaveLength(1)
  })

  it('gives null for nothing', async () => {
    const { memory, saved } = createSubject()
    expect(await memory.step('a', () => undefined)).toBeNull()
    expect(saved).toMatchObject([{ value: 'null' }])
  })

  it('runs again after it has failed', async () => {
    const { memory, saved } = createSubject()
    const failing = memory.step('a', () => Promise.reject(new Error('no')))
    await expect(failing).rejects.toThrow('no')
    expect(saved).toEqual([])
    expect(await memory.step('a', () => 1)).toBe(1)
  })

  it('runs once for all who ask at once', async () => {
    const { memory, saved } = createSubject()
    const gate = createDeferred<number>()
    const both = [memory.step('a', () => gate.promise), memory.step('a', () => expect.unreachable())]
    gate.resolve(7)
    expect(await Promise.all(both)).toEqual([7, 7])
    expect(saved).toHaveLength(1)
  })

  it('fails when its result is no JSON or too large, and is not kept', async () => {
    const { memory, saved } = createSubject()
    await expect(memory.step('a', () => 1n)).rejects.toThrow(ValidationError)
    await expect(memory.step('a', () => 'x'.repeat(60))).rejects.toThrow(SizeLimitError)
    expect(saved).toEqual([])
  })

  it('needs a name', async () => {
    const { memory } = createSubject()
    await expect(memory.step('', () => 1)).rejects.toMatchObject({ fields: [{ field: 'step' }] })
  })

  it('must not be the thousand-and-first', async () => {
    const names = Array.from({ length: 1_000 }, (_, i) => [`s${i}`, '0'])
    const { memory } = createSubject(Object.fromEntries([...names, ['', '0']]))
    await expect(memory.step('one more', () => 1)).rejects.toMatchObject({
      fields: [{ field: 'step', limit: 1_000 }],
    })
    expect(await memory.step('s0', () => 1)).toBe(0)
  })

  it('does not run for an execution that is to end, nor waits for the store', async () => {
    const { memory, execution, source } = createSubject()
    source.save = () => new Promise(() => {})
    const keeping = memory.step('a', () => 1)
    const error = new Error('cancelled')
    queueMicrotask(() => execution.tellToEnd({ cause: 'cancel', error }))
    await expect(keeping).rejects.toBe(error)
    await expect(memory.step('b', () => expect.unreachable())).rejects.toBe(error)
  })

  it('fails when the lease is lost', async () => {
    const { memory } = createSubject({}, 'lost')
    await expect(memory.step('a', () => 1)).rejects.toThrow(LockNotHeldError)
    const later = createSubject({ a: '1' }, 'lost')
    await expect(later.memory.step('a', () => 1)).rejects.toThrow(LockNotHeldError)
  })
})

describe('a checkpoint', () => {
  it('is what was kept last, also for a later attempt', async () => {
    const { memory, saved } = createSubject({ '': '{"row":5}' })
    expect(await memory.lastCheckpoint()).toEqual({ row: 5 })
    await memory.checkpoint({ row: 9 })
    expect(await memory.lastCheckpoint()).toEqual({ row: 9 })
    expect(saved).toMatchObject([{ name: '', value: '{"row":9}' }])
  })

  it('is nothing at first, without asking the store', async () => {
    const { memory, loads } = createSubject()
    expect(await memory.lastCheckpoint()).toBeUndefined()
    expect(loads).toEqual([])
  })

  it('must be JSON', async () => {
    const { memory } = createSubject()
    await expect(memory.checkpoint(undefined)).rejects.toThrow(ValidationError)
  })

  it('is read again when the store was away', async () => {
    const { memory, source } = createSubject({ '': '1' })
    const { load } = source
    source.load = () => Promise.reject(new Error('away'))
    await expect(memory.lastCheckpoint()).rejects.toThrow('away')
    source.load = load
    expect(await memory.lastCheckpoint()).toBe(1)
  })
})
