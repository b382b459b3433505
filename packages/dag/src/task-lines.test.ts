import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TaskPart } from './state.ts'
import { isApart, joinTaskLines, readHeldTasks, splitTaskLines, taskLine } from './task-lines.ts'

const plain = fc.record(
  {
    status: fc.constantFrom('pending', 'running', 'completed', 'failed', 'cancelled'),
    open: fc.nat(),
    live: fc.nat(),
    jobId: fc.stringMatching(/^[0-9a-z]{28}$/),
    startedAt: fc.nat(),
    finishedAt: fc.nat(),
  },
  { requiredKeys: ['status', 'open', 'live'] },
) as fc.Arbitrary<TaskPart>

const ready = { status: 'pending', open: 0, live: 2, ready: true } as const

describe('lines of tasks', () => {
  it('say what they were written from', () => {
    const parts = fc.array(fc.oneof(plain, fc.constant(null), fc.constant(ready)), { minLength: 1 })
    fc.assert(
      fc.property(parts, (given) => {
        const text = joinTaskLines(given.map(taskLine))
        expect(readHeldTasks(text, given.length)).toEqual(given)
      }),
    )
  })

  it('are empty for tasks nothing has happened to', () => {
    expect(readHeldTasks('', 3)).toEqual([null, null, null])
    expect(splitTaskLines('', 2)).toEqual(['', ''])
  })

  it.each([
    { error: 'boom' },
    { output: '"a, b c"' },
    { childId: 'c' },
    { told: true },
    { skipped: '' },
    { generated: ['a'] },
    { iterations: 2 },
    { until: 5 },
  ] satisfies Partial<TaskPart>[])('leave %o to a part of its own', (more) => {
    const line = taskLine({ status: 'completed', open: 0, live: 0, ...more })
    expect(isApart(line)).toBe(true)
    expect(readHeldTasks(`${line},p 1 0   `, 2)).toEqual(['apart', { status: 'pending', open: 1, live: 0 }])
  })
})
