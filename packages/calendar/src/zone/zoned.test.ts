import type { DstPolicy } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { listed } from '../marks/listed.ts'
import { findZone } from './find-zone.ts'
import { createZone, utc, type Zone } from './zone.ts'
import { zoned } from './zoned.ts'

const wallSecond = (time: string): number => Date.parse(`${time}Z`) / 1_000
const iso = (at: number): string => new Date(at).toISOString().replace('.000', '')

/** The moments of some wall-clock times under a policy; looked up forwards, backwards, and counted. */
function momentsOf(zone: string, times: readonly string[], policy: Required<DstPolicy>): readonly string[] {
  const seconds = times.map(wallSecond).sort((a, b) => a - b)
  const marks = zoned(listed(seconds), findZone(zone) ?? utc, policy)
  const start = ((seconds[0] ?? 0) - 3 * 86_400) * 1_000
  const end = ((seconds.at(-1) ?? 0) + 3 * 86_400) * 1_000
  const forwards: number[] = []
  for (let at = marks.onOrAfter(start); at !== undefined; at = marks.onOrAfter(at + 1)) forwards.push(at)
  const backwards: number[] = []
  for (let at = marks.onOrBefore(end); at !== undefined; at = marks.onOrBefore(at - 1)) backwards.unshift(at)

  expect(backwards).toEqual(forwards)
  expect(marks.count(start, end)).toBe(forwards.length)
  for (const at of forwards)
    expect([marks.count(start, at), marks.count(at, at + 1)]).toEqual([forwards.indexOf(at), 1])
  return forwards.map(iso)
}

const usual = { gap: 'shift', overlap: 'first' } as const

describe('a time that does not exist', () => {
  const newYork = ['2026-03-08T01:59:59', '2026-03-08T02:00:00', '2026-03-08T02:30:00', '2026-03-08T03:00:00']

  it('is moved to the change, and times moved there are one', () => {
    const expected = ['2026-03-08T06:59:59Z', '2026-03-08T07:00:00Z']
    expect(momentsOf('America/New_York', newYork, usual)).toEqual(expected)
    expect(momentsOf('America/New_York', newYork.slice(1, 3), usual)).toEqual(expected.slice(1))
  })

  it('or is skipped', () => {
    expect(momentsOf('America/New_York', newYork, { ...usual, gap: 'skip' })).toEqual([
      '2026-03-08T06:59:59Z',
      '2026-03-08T07:00:00Z',
    ])
    expect(momentsOf('America/New_York', newYork.slice(1, 3), { ...usual, gap: 'skip' })).toEqual([])
  })

  it.each([
    ['east of UTC', 'Europe/Berlin', '2026-03-29T02:30:00', '2026-03-29T01:00:00Z'],
    ['of half an hour', 'Australia/Lord_Howe', '2026-10-04T02:15:00', '2026-10-03T15:30:00Z'],
    ['of two hours', 'Antarctica/Troll', '2026-03-29T02:30:00', '2026-03-29T01:00:00Z'],
    ['at midnight', 'America/Havana', '2026-03-08T00:30:00', '2026-03-08T05:00:00Z'],
    ['before midnight', 'America/Nuuk', '2026-03-28T23:30:00', '2026-03-29T01:00:00Z'],
    ['a whole day', 'Pacific/Apia', '2011-12-30T12:00:00', '2011-12-30T10:00:00Z'],
  ])('%s becomes the first moment after the gap', (_, zone, time, moment) => {
    expect(momentsOf(zone, [time], usual)).toEqual([moment])
  })

  it('of the evening and one of midnight are one when they are moved to the same moment', () => {
    const times = ['2026-03-28T23:15:00', '2026-03-28T23:45:00', '2026-03-29T00:00:00']
    expect(momentsOf('America/Nuuk', times, usual)).toEqual(['2026-03-29T01:00:00Z'])
  })
})

describe('a time that exists twice', () => {
  const newYork = ['2026-11-01T00:59:59', '2026-11-01T01:00:00', '2026-11-01T01:30:00', '2026-11-01T02:00:00']
  const before = '2026-11-01T04:59:59Z'
  const first = ['2026-11-01T05:00:00Z', '2026-11-01T05:30:00Z']
  const second = ['2026-11-01T06:00:00Z', '2026-11-01T06:30:00Z']
  const after = '2026-11-01T07:00:00Z'

  it.each([
    ['first', [before, ...first, after]],
    ['second', [before, ...second, after]],
    ['both', [before, ...first, ...second, after]],
  ] as const)('counts by the policy: %s', (overlap, expected) => {
    expect(momentsOf('America/New_York', newYork, { ...usual, overlap })).toEqual(expected)
  })

  it('may lie on both sides of midnight', () => {
    // St. John's used to set its clocks back at 00:01, to 23:01 of the day before.
    const times = ['2010-11-06T23:30:00', '2010-11-07T00:00:30']
    const moments = [
      '2010-11-07T02:00:00Z',
      '2010-11-07T02:30:30Z',
      '2010-11-07T03:00:00Z',
      '2010-11-07T03:30:30Z',
    ]
    expect(momentsOf('America/St_Johns', times, { ...usual, overlap: 'both' })).toEqual(moments)
    expect(momentsOf('America/St_Johns', times, usual)).toEqual(moments.slice(0, 2))
    expect(momentsOf('America/St_Johns', times, { ...usual, overlap: 'second' })).toEqual(moments.slice(2))
  })
})

describe('a change that lies just beyond what has been looked at', () => {
  const day = 86_400
  const look = 5_000 * 4 * day // a moment at which the clocks are looked at
  const open = (change: number, asked: number): Zone => {
    const zone = createZone((at) => (at < change ? 7_200 : 3_600))
    zone.periodAt(asked)
    return zone
  }

  it('is known ahead', () => {
    const change = look + 1_800
    const wall = listed([change + 3_600 + 60])
    for (let days = 380; days < 420; days += 1) {
      const zone = open(change, change - days * day)
      const next = (overlap: 'first' | 'second'): unknown =>
        zoned(wall, zone, { ...usual, overlap }).onOrAfter((change - 3 * day) * 1_000)
      expect(next('first')).toBe((change - 3_540) * 1_000)
      expect(next('second')).toBe((change + 60) * 1_000)
    }
  })

  it('is known behind', () => {
    const change = look - 1_800
    const wall = listed([change + 3_600 + 2_400])
    for (let days = 380; days < 420; days += 1) {
      const zone = open(change, change + days * day)
      const previous = (overlap: 'first' | 'second'): unknown =>
        zoned(wall, zone, { ...usual, overlap }).onOrBefore((change + 3 * day) * 1_000)
      expect(previous('first')).toBe((change - 1_200) * 1_000)
      expect(previous('second')).toBe((change + 2_400) * 1_000)
    }
  })
})

it('takes a time as it is where the clocks are never changed', () => {
  expect(momentsOf('UTC', ['2026-03-08T02:30:00'], usual)).toEqual(['2026-03-08T02:30:00Z'])
})
