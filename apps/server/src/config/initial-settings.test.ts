import { defaultSettings, KEPT_FIRINGS, ValidationError } from '@dureq/types'
import { expect, it } from 'vitest'
import { initialSettings } from './initial-settings.ts'

const none = { retention: { firings: {} }, nodes: {}, scheduler: {} }

it('are none where the configuration says nothing', () => {
  expect(initialSettings(none)).toBeUndefined()
})

it('are the defaults, with what the configuration says over them', () => {
  const retention = { completedMs: 5, deadCount: 7, firings: { dead: 3 } }
  const tiers = [{ name: 'all', minPriority: 1, weight: 1 }] as const
  expect(initialSettings({ ...none, retention, tiers, nodes: { maxConcurrency: 9 } })).toEqual({
    ...defaultSettings,
    tiers,
    nodes: { maxConcurrency: 9 },
    retention: {
      ...defaultSettings.retention,
      completedMs: 5,
      deadCount: 7,
      firings: { ...KEPT_FIRINGS, dead: 3 },
    },
  })
  expect(initialSettings({ ...none, unservedMs: 1 })?.retention).toEqual(defaultSettings.retention)
})

it('are refused when they are out of range', () => {
  const tiers = [{ name: '', minPriority: 1, weight: 0 }] as const
  const refuse = (): unknown => initialSettings({ ...none, tiers, scheduler: { tickIntervalMs: -1 } })
  expect(refuse).toThrow(ValidationError)
  expect(refuse).toThrow(
    expect.objectContaining({
      fields: ['tiers[0].name', 'tiers[0].weight', 'scheduler.tickIntervalMs'].map(
        (field) => expect.objectContaining({ field }) as unknown,
      ),
    }),
  )
})
