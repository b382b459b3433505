import { type GroupConfig, ValidationError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { resolveGroups } from './resolved-group.ts'

const aggregator: GroupConfig['aggregator'] = (_, payloads) => [...payloads]

describe('resolveGroups', () => {
  it('fills in every default', () => {
    const [[key, group] = []] = [...resolveGroups([{ aggregator }])]
    expect(key).toBe('*')
    expect(group).toEqual({
      aggregator,
      setting: { key: '*', group: '*', gracePeriodMs: 5_000, maxDelayMs: 30_000, maxSize: 100 },
    })
  })

  it('names groups of one task type apart from those of any', () => {
    const groups = resolveGroups([
      { group: 'a*', aggregator },
      { group: 'a*', taskType: 't', aggregator, gracePeriod: '1s', maxDelay: 2_000, maxSize: 3 },
    ])
    expect([...groups.keys()]).toEqual(['a*', 'a*\nt'])
    const setting = {
      key: 'a*\nt',
      group: 'a*',
      taskType: 't',
      gracePeriodMs: 1_000,
      maxDelayMs: 2_000,
      maxSize: 3,
    }
    expect(groups.get('a*\nt')?.setting).toEqual(setting)
  })

  it.each<[string, readonly unknown[], readonly string[]]>([
    ['none', [], ['groups']],
    ['no name', [{ aggregator, group: '' }], ['groups[0].group']],
    ['a name over the limit', [{ aggregator, group: 'x'.repeat(257) }], ['groups[0].group']],
    ['a star within', [{ aggregator, group: 'a*b' }], ['groups[0].group']],
    ['no task type', [{ aggregator, taskType: '' }], ['groups[0].taskType']],
    ['no function', [{ aggregator: 5 }], ['groups[0].aggregator']],
    [
      'sizes',
      [
        { aggregator, maxSize: 0 },
        { aggregator, group: 'b', maxSize: 10_001 },
      ],
      ['groups[0].maxSize', 'groups[1].maxSize'],
    ],
    [
      'times',
      [{ aggregator, gracePeriod: 'soon', maxDelay: -1 }],
      ['groups[0].gracePeriod', 'groups[0].maxDelay'],
    ],
    ['two of one', [{ aggregator }, { aggregator, group: '*' }], ['groups[1]']],
  ])('names every fault: %s', (_, configs, fields) => {
    try {
      resolveGroups(configs as readonly GroupConfig[])
      expect.unreachable()
    } catch (error) {
      if (!ValidationError.is(error)) throw error
      expect(error.fields.map(({ field }) => field)).toEqual(fields)
    }
  })
})
