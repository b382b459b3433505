import { expect, it, test } from 'vitest'
import { ValidationError } from '../errors/validation-error.ts'
import { checkSettings, defaultSettings, type Settings } from './settings.ts'

it('takes the default settings', () => {
  expect(() => checkSettings(defaultSettings)).not.toThrow()
})

const { retention } = defaultSettings
const firings = { completed: 1, dead: 1, cancelled: 1 }
const group = { key: 'g', group: 'g', gracePeriodMs: 1, maxDelayMs: 1, maxSize: 1 }

test.each<[string, object]>([
  ['pause', { pause: true }],
  ['retention', { retention: null }],
  ['retention.days', { retention: { ...retention, days: 1 } }],
  ['retention.firings', { retention: { ...retention, firings: 5 } }],
  ['retention.firings.lost', { retention: { ...retention, firings: { ...firings, lost: 1 } } }],
  ['groups[0]', { groups: [null] }],
  ['groups[0].size', { groups: [{ ...group, size: 1 }] }],
  ['tiers[3]', { tiers: [...defaultSettings.tiers, null] }],
  ['taskTypes.mail', { taskTypes: { mail: null } }],
  ['keys.acme.limit', { keys: { acme: { limit: 1 } } }],
  ['handlers', { handlers: [] }],
  ['nodes', { nodes: null }],
  ['unservedMs', { unservedMs: -1 }],
])('refuses what is wrong in %s', (field, wrong) => {
  expect(faultsOf({ ...defaultSettings, ...wrong })).toEqual([field])
})

it('refuses what are no settings', () => {
  expect(faultsOf(undefined as unknown as Settings)).toEqual(['settings'])
})

function faultsOf(settings: Settings): readonly string[] {
  try {
    checkSettings(settings)
    return []
  } catch (error) {
    if (!ValidationError.is(error)) throw error
    return error.fields.map(({ field }) => field)
  }
}
