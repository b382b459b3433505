import type { Store } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { resolveSchedulerOptions } from './scheduler-options.ts'

const store = {} as Store

describe('scheduler options', () => {
  it('need nothing but a store', () => {
    const resolved = resolveSchedulerOptions({ store })
    expect(resolved).toMatchObject({ store, leaderTtlMs: 2_000, periodicSyncMs: 60_000 })
    expect(resolved.nodeId).toMatch(/-[0-9a-f]{16}$/)
    expect(resolved.periodicTasks).toBeUndefined()
  })

  it('may list periodic tasks, or have them listed', () => {
    const tasks = [{ taskType: 't', cronExpr: '* * * * *' }]
    expect(resolveSchedulerOptions({ store, periodicTasks: tasks }).periodicTasks?.()).toBe(tasks)
    const provider = (): typeof tasks => tasks
    expect(resolveSchedulerOptions({ store, periodicTasks: provider }).periodicTasks).toBe(provider)
  })

  it('are refused with every fault', () => {
    const wrong = { store, nodeId: '', leaderTtlMs: 1, periodicSyncMs: 0.5, periodicTasks: 'x' as never }
    expect(() => resolveSchedulerOptions(wrong)).toThrow(
      expect.objectContaining({
        fields: ['nodeId', 'leaderTtlMs', 'periodicSyncMs', 'periodicTasks'].map((field) =>
          expect.objectContaining({ field }),
        ),
      }),
    )
  })
})
