import { describe, expect, it } from 'vitest'
import { clockChanges } from '../../test/clock-changes.ts'
import { wallOf } from '../../test/wall-clock.ts'
import { zones } from '../../test/zones.ts'
import { findZone } from './find-zone.ts'
import { isSameZone, openOffsetReader } from './offset-reader.ts'
import { createZone, type Zone } from './zone.ts'

/** The changes of a zone between two moments (epoch seconds), one period after the other. */
function changesOf(zone: Zone, from: number, to: number): object[] {
  const found: object[] = []
  for (let period = zone.periodAt(from); period.until < to; period = zone.periodAt(period.until)) {
    const { until, offset, offsetAfter } = period
    if (offset !== offsetAfter)
      found.push({ at: until * 1_000, before: offset * 1_000, after: offsetAfter * 1_000 })
  }
  return found
}

const start = Date.UTC(2024, 0, 1) / 1_000
const end = Date.UTC(2031, 0, 1) / 1_000

function open(name: string): Zone {
  const zone = findZone(name)
  if (zone === undefined) throw new Error(`no zone ${name}`)
  return zone
}

describe('the changes of the clocks', () => {
  it.each(zones)('of %s are those of its calendar', (name) => {
    expect(changesOf(open(name), start, end)).toEqual(clockChanges(name))
  })

  it('do not depend on what was asked before', () => {
    const reader = openOffsetReader('Europe/Berlin') ?? (() => 0)
    const backwards = createZone(reader)
    for (let at = end; at > start; at = backwards.periodAt(at).from - 1);
    expect(changesOf(backwards, start, end)).toEqual(clockChanges('Europe/Berlin'))

    const jumping = createZone(reader)
    for (const at of [end, start, (start + end) / 2]) {
      const { from, until, offset } = jumping.periodAt(at)
      expect(from <= at && at < until).toBe(true)
      expect(offset * 1_000).toBe(wallOf('Europe/Berlin', at * 1_000) - at * 1_000)
    }
    expect(changesOf(jumping, start, end)).toEqual(clockChanges('Europe/Berlin'))
  })

  it('are found to the second, a day wide, and a week apart', () => {
    const all = (name: string, from: number, to: number): object[] =>
      changesOf(open(name), Date.UTC(from, 0, 1) / 1_000, Date.UTC(to, 0, 1) / 1_000)
    expect(all('Africa/Monrovia', 1971, 1973)).toEqual([
      { at: Date.parse('1972-01-07T00:44:30Z'), before: -2_670_000, after: 0 },
    ])
    expect(all('Pacific/Apia', 2011, 2012)).toContainEqual({
      at: Date.parse('2011-12-30T10:00:00Z'),
      before: -10 * 3_600_000,
      after: 14 * 3_600_000,
    })
    expect(all('America/Boa_Vista', 2000, 2001).slice(-2)).toEqual([
      { at: Date.parse('2000-10-08T04:00:00Z'), before: -14_400_000, after: -10_800_000 },
      { at: Date.parse('2000-10-15T03:00:00Z'), before: -10_800_000, after: -14_400_000 },
    ])
  })
})

describe('names of zones', () => {
  it('are IANA names in any case, and nothing else', () => {
    expect(findZone('asia/tokyo')?.periodAt(0).offset).toBe(9 * 3_600)
    expect(findZone('Etc/GMT+5')?.periodAt(0).offset).toBe(-5 * 3_600)
    for (const name of ['', 'Mars/Olympus', 'local', '+05:30', '-08', 'Europe/Berlin ', '../UTC'])
      expect(findZone(name), name).toBeUndefined()
  })

  it('may be two for one zone', () => {
    expect(isSameZone('Asia/Calcutta', 'Asia/Kolkata')).toBe(true)
    expect(isSameZone('utc', 'Etc/UTC')).toBe(true)
    expect(isSameZone('Europe/Berlin', 'Europe/Paris')).toBe(false)
    expect(isSameZone('Mars/Olympus', 'Mars/Olympus')).toBe(false)
  })

  it('give the same zone each time', () => {
    expect(findZone('Europe/Oslo')).toBe(findZone('EUROPE/OSLO'))
  })
})
