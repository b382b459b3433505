import { describe, expect, it } from 'vitest'
import { maxDurationMs } from './duration.ts'
import { Faults } from './faults.ts'
import { checkKnown, isPlainObject, readDuration, readMoment } from './option-checks.ts'

/** What a check returns, and the faults it adds. */
function run<T>(check: (faults: Faults) => T): { value: T; problems: readonly string[] } {
  const faults = new Faults()
  const value = check(faults)
  return { value, problems: faults.found.map((fault) => `${fault.field} ${fault.problem}`) }
}

it('tells objects with members from all else', () => {
  expect([{}, { a: 1 }, Object.create(null)].map(isPlainObject)).toEqual([true, true, true])
  expect([null, undefined, [], new Date(0), 'text', 5].some(isPlainObject)).toBe(false)
})

it('names members that are not on the list', () => {
  const { problems } = run((faults) => checkKnown({ gap: 1, gaps: 2 }, ['gap', 'overlap'], 'policy.', faults))
  expect(problems).toEqual(['policy.gaps is unknown; there are gap, overlap'])
})

it('reads durations where there are any', () => {
  expect(run((faults) => readDuration('1m', 'delay', faults))).toEqual({ value: 60_000, problems: [] })
  expect(run((faults) => readDuration(undefined, 'delay', faults))).toEqual({
    value: undefined,
    problems: [],
  })
  expect(run((faults) => readDuration(-1, 'delay', faults)).problems).toEqual(['delay must not be negative'])
})

describe('moments', () => {
  const now = 1_000_000
  const read = (
    value: unknown,
    from: number = now,
  ): { value: number | undefined; problems: readonly string[] } =>
    run((faults) => readMoment(value, 'runAt', from, faults))

  it.each([0, '1970-01-01T00:00:00Z', new Date(0)])('are read from %s', (value) => {
    expect(read(value)).toEqual({ value: 0, problems: [] })
  })

  it('lie between 1970 and ten years ahead', () => {
    expect(read(now + maxDurationMs).problems).toEqual([])
    expect(read(now + maxDurationMs + 1).problems).toEqual(['runAt must not be more than ten years ahead'])
    expect(read(now + maxDurationMs + 1, Infinity).problems).toEqual([])
    expect(read(-1).problems).toEqual(['runAt must not be before 1970'])
  })

  it.each([undefined, null, true, {}])('are not %s', (value) => {
    expect(read(value).problems).toEqual(['runAt must be epoch milliseconds, a Date or a timestamp'])
  })
})
