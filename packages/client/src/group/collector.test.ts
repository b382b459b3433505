import { createCaller } from '@dureq/runtime'
import {
  type Collected,
  defaultSettings,
  type GroupSetting,
  groupDefaults,
  StoreUnavailableError,
} from '@dureq/types'
import { describe, expect, it } from 'vitest'
import type { ClientStore } from '../core.ts'
import { createCollector, type GroupDraft } from './collector.ts'

const draft = (group: string): GroupDraft => ({ id: group, group, taskType: 't', payload: '1' })
const all: GroupSetting = { key: '*', group: '*', ...groupDefaults, maxSize: 7 }

/** A store whose settings are changed by `groups`; it notes what it is asked. */
function createSubject() {
  const calls: unknown[] = []
  const state = { version: 1, groups: [] as GroupSetting[], isDown: false }
  const store = {
    settings: {
      get: async () => {
        calls.push('get')
        if (state.isDown) throw new StoreUnavailableError(false)
        return { version: state.version, settings: { ...defaultSettings, groups: state.groups } }
      },
    },
    instances: {
      collect: async (_: unknown, version: number, messages: readonly Collected[]) => {
        calls.push([version, messages.map(({ group, setting }) => `${group}:${setting.key}`)])
        return version === state.version ? messages.map(({ id }, i) => ({ id, size: i + 1 })) : 'stale'
      },
    },
  } as unknown as ClientStore
  return { collect: createCollector({ store, caller: createCaller() }), calls, state }
}

describe('createCollector', () => {
  it('sends what is asked for in one tick together, and reads the settings once', async () => {
    const { collect, calls } = createSubject()
    const sizes = await Promise.all([collect(draft('a')), collect(draft('b'))])
    expect(sizes.map(({ size }) => size)).toEqual([1, 2])
    await collect(draft('c'))
    expect(calls).toEqual(['get', [1, ['a:', 'b:']], [1, ['c:']]])
  })

  it('reads the settings again when they have changed', async () => {
    const { collect, calls, state } = createSubject()
    await collect(draft('a'))
    state.version = 2
    state.groups = [all]
    calls.length = 0
    expect(await collect(draft('a'))).toEqual({ id: 'a', size: 1 })
    expect(calls).toEqual([[1, ['a:']], 'get', [2, ['a:*']]])
  })

  it('does not remember that the store was away', async () => {
    const { collect, state } = createSubject()
    state.isDown = true
    await expect(collect(draft('a'))).rejects.toThrow(StoreUnavailableError)
    state.isDown = false
    expect(await collect(draft('a'))).toMatchObject({ size: 1 })
  })
})
