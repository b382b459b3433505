import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TaskPart } from './state.ts'
import { isApart, joinTaskLines, readHeldTasks, splitTaskLines, taskLine } from './task-lines.ts'

const head = { id: '01234567804000abcdef', createdAt: 77 }

const untold = fc.record(
  {
    status: fc.constantFrom('pending', 'running', 'completed', 'failed', 'cancelled'),
    open: fc.nat(),
    live: fc.nat(),
    startedAt: fc.nat(),
    finishedAt: fc.nat(),
  },
  { requiredKeys: ['status', 'open', 'live'] },
) as fc.Arbitrary<TaskPart>

const plain = fc
  .tuple(untold, fc.stringMatching(/^[0-9a-v]{20}$/))
  .map(([part, jobId]) => (part.startedAt === undefined ? part : { ...part, jobId }))

const ready = { status: 'pending', open: 0, live: 2, ready: true } as const

describe('lines of tasks', () => {
  it('say what they were written from', () => {
    const parts = fc.array(fc.oneof(plain, fc.constant(null), fc.constant(ready)), { minLength: 1 })
    fc.assert(
      fc.property(parts, (given) => {
        const text = joinTaskLines(given.map(taskLine))
        expect(readHeldTasks(text, given.length, head)).toEqual(given)
      }),
    )
  })

  it('that do not say when they started did so with their workflow, in its partition', () => {
    const begun = { status: 'running', open: 0, live: 0 } as const
    const line = taskLine({ ...begun, jobId: '11111111100222abcdef' })
    const part = { ...begun, jobId: '11111111104222abcdef', startedAt: 77 }
    expect(readHeldTasks(line, 1, head)).toEqual([part])
  })

  it('are empty for tasks nothing has happened to', () => {
    expect(readHeldTasks('', 3, head)).toEqual([null, null, null])
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
    const pending = { status: 'pending', open: 1, live: 0 }
    expect(readHeldTasks(`${line},p 1 0   `, 2, head)).toEqual(['apart', pending])
  })
})
