import { describe, expect, it } from 'vitest'
import type { KnownTask } from './known-tasks.ts'
import { planSync } from './plan-sync.ts'
import { readWantedTasks } from './wanted-tasks.ts'

const NOW = Date.UTC(2030, 0, 1)
const daily = { taskType: 'report', cronExpr: '0 9 * * *' } as const

const known = (more: Partial<KnownTask> = {}): KnownTask => ({
  key: 'report:0 9 * * *',
  jobId: 'j1',
  ...daily,
  payload: {},
  isEnding: false,
  ...more,
})

const plan = (configs: Parameters<typeof readWantedTasks>[0], there: readonly KnownTask[]): string[] =>
  planSync(readWantedTasks(configs, NOW), there).map(
    (step) => `${step.do} ${step.do === 'remove' ? step.key : step.task.key}`,
  )

describe('the list of periodic tasks', () => {
  it('names a task by its type and expression, unless it says how', () => {
    const { tasks, faults } = readWantedTasks([daily, { ...daily, uniqueKey: 'k', payload: [1] }], NOW)
    expect(faults).toEqual([])
    expect(tasks).toEqual([
      { key: 'report:0 9 * * *', ...daily, payload: {} },
      { key: 'k', ...daily, payload: [1] },
    ])
  })

  it('is read without what is wrong in it', () => {
    const wrong = [
      { ...daily, cronExpr: '0 9 * *', uniqueKey: 'a' },
      { ...daily, taskType: 'x\ny', uniqueKey: 'b' },
      { ...daily, uniqueKey: '' },
      { ...daily, uniqueKey: 'good' },
      { ...daily, uniqueKey: 'good' },
      { taskType: 'report', uniqueKey: 'c' } as never,
    ]
    const { tasks, faults, faultyKeys } = readWantedTasks(wrong, NOW)
    expect(tasks.map(({ key }) => key)).toEqual(['', 'good'])
    expect(faults.map(({ field }) => field)).toEqual([
      '[0].cronExpr',
      '[1].taskType',
      '[4].uniqueKey',
      '[5].cronExpr',
    ])
    expect(faultyKeys).toEqual(new Set(['a', 'b', 'good', 'c']))
  })
})

describe('a look at it', () => {
  it('adds what is new and removes what is gone', () => {
    expect(plan([daily], [known({ key: 'old', jobId: 'j2' })])).toEqual([
      'remove old',
      'add report:0 9 * * *',
    ])
  })

  it('does nothing where all is as listed', () => {
    const payload = { b: [1, { c: 2 }], a: null }
    const reordered = { a: null, b: [1, { c: 2 }] }
    expect(plan([{ ...daily, payload }], [known({ payload: reordered })])).toEqual([])
  })

  it('changes a task in place, but replaces it when its type is another', () => {
    const there = [known({ key: 'k' })]
    const changed = { ...daily, cronExpr: '0 8 * * *', payload: { a: 1 }, uniqueKey: 'k' }
    expect(plan([changed], there)).toEqual(['replacePayload k', 'reschedule k'])
    expect(plan([{ ...changed, taskType: 'other' }], there)).toEqual(['replace k'])
  })

  it('leaves alone what is ending, and what a faulty task names', () => {
    const there = [known({ key: 'k', isEnding: true }), known({ key: 'faulty' })]
    const faulty = { ...daily, cronExpr: 'x', uniqueKey: 'faulty' }
    expect(plan([{ ...daily, uniqueKey: 'k' }, faulty], there)).toEqual([])
    expect(plan([faulty], there)).toEqual([])
  })
})
