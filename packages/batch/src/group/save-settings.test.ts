import { createCaller } from '@dureq/runtime'
import { defaultSettings, type GroupSetting, groupDefaults, type Settings, type Store } from '@dureq/types'
import { expect, it } from 'vitest'
import { saveSettings } from './save-settings.ts'

const setting = (key: string, maxSize: number = 100): GroupSetting => ({
  key,
  group: key,
  ...groupDefaults,
  maxSize,
})

/** Settings of a store, of which `conflicts` puts are overtaken by somebody else. */
function createSubject({ groups, conflicts = 0 }: { groups: readonly GroupSetting[]; conflicts?: number }) {
  const state = { version: 1, settings: { ...defaultSettings, groups } as Settings, puts: 0 }
  const settings: Pick<Store['settings'], 'get' | 'put'> = {
    get: async () => ({ version: state.version, settings: state.settings }),
    put: async (_, version, next) => {
      if (state.puts++ < conflicts) {
        state.version++
        return 'conflict'
      }
      expect(version).toBe(state.version++)
      state.settings = next
      return 'saved'
    },
  }
  const save = (mine: readonly GroupSetting[]): Promise<void> =>
    saveSettings({ store: { settings } as unknown as Store, caller: createCaller() }, mine)
  return { state, save }
}

it('puts settings among those of others, in place of those of their keys', async () => {
  const { state, save } = createSubject({ groups: [setting('a'), setting('b')] })
  await save([setting('b', 7), setting('c')])
  expect(state.settings).toEqual({
    ...defaultSettings,
    groups: [setting('a'), setting('b', 7), setting('c')],
  })
})

it('writes nothing that is there', async () => {
  const { state, save } = createSubject({ groups: [setting('a'), setting('b', 7)] })
  await save([setting('b', 7)])
  expect(state.puts).toBe(0)
})

it('tries again when somebody else has changed them meanwhile', async () => {
  const { state, save } = createSubject({ groups: [setting('a')], conflicts: 2 })
  await save([setting('b')])
  expect(state.settings.groups).toEqual([setting('a'), setting('b')])
  expect(state.puts).toBe(3)
})
