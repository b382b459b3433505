import { describe, expect, it } from 'vitest'
import { type GroupSetting, groupDefaults } from './group.ts'
import { defaultGroupSetting, groupSettingOf } from './group-setting.ts'

const setting = (group: string, taskType?: string): GroupSetting => ({
  key: taskType === undefined ? group : `${group}\n${taskType}`,
  group,
  ...(taskType === undefined ? {} : { taskType }),
  ...groupDefaults,
})

describe('groupSettingOf', () => {
  const all = [
    setting('*'),
    setting('user:*'),
    setting('user:*', 'mail'),
    setting('user:7'),
    setting('u*', 'sms'),
  ]

  it.each([
    ['user:7', 'mail', 'user:7'],
    ['user:8', 'mail', 'user:*\nmail'],
    ['user:8', 'push', 'user:*'],
    ['unit', 'sms', 'u*\nsms'],
    ['unit', 'mail', '*'],
  ])('of %s and %s is %j', (group, taskType, key) => {
    expect(groupSettingOf(all, group, taskType).key).toBe(key)
  })

  it('is the default one where none fits', () => {
    expect(groupSettingOf([setting('a', 'x')], 'a', 'y')).toBe(defaultGroupSetting)
    expect(groupSettingOf([], 'a', 'y')).toMatchObject({ key: '', maxSize: 100 })
  })
})
