import { type JsonText, type LeasedTask, present, SizeLimitError, ValidationError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createExecution } from '../test/fixtures/lease.ts'
import { createRecordingLogger } from '../test/fixtures/recording-logger.ts'
import { createTestTools } from '../test/fixtures/tools.ts'
import { createExecutionContext } from './execution-context.ts'
import { createMemorySource } from './memory-source.ts'

function createSubject(workflow?: LeasedTask) {
  const logger = createRecordingLogger()
  const reports: JsonText[] = []
  const limits: [string, number][] = []
  const execution = createExecution({
    taskType: 'mail',
    attempt: 2,
    maxAttempts: 9,
    headers: { a: 'b' },
    ...present({ workflow }),
  })
  const ctx = createExecutionContext(execution, {
    nodeId: 'node-1',
    logger,
    progressLimit: 20,
    signals: createTestTools({}),
    memory: createMemorySource(createTestTools({ runs: { memo: async () => ['saved'] } })),
    onRateLimit: async (key, forMs) => void limits.push([key, forMs]),
    onProgress: (_, progress) => void reports.push(progress),
  })
  return { ctx, execution, logger, reports, limits }
}

describe('createExecutionContext', () => {
  it('tells what the lease says', () => {
    const { ctx, execution } = createSubject()
    const { jobId, runId, firingId } = execution.lease
    const { taskType, attempt, maxAttempts, priority, headers, nodeId } = ctx
    expect({ taskType, attempt, maxAttempts, priority, headers, nodeId }).toEqual({
      taskType: 'mail',
      attempt: 2,
      maxAttempts: 9,
      priority: 5,
      headers: { a: 'b' },
      nodeId: 'node-1',
    })
    expect([ctx.jobId, ctx.runId, ctx.firingId]).toEqual([jobId, runId, firingId])
    expect(ctx.signal).toBe(execution.signal)
  })

  it('logs with the ids of the run', () => {
    const { ctx, execution, logger } = createSubject()
    ctx.logger.info({ more: 1 }, 'hello')
    expect(ctx.logger).toBe(ctx.logger)
    const { jobId, runId } = execution.lease
    expect(logger.lines).toEqual([
      { level: 'info', message: 'hello', fields: { jobId, runId, taskType: 'mail', more: 1 } },
    ])
  })

  it('takes progress over as JSON, also through a function taken out of it', async () => {
    const { ctx, reports } = createSubject()
    const { reportProgress } = ctx
    await reportProgress({ percent: 50 })
    expect(reports).toEqual(['{"percent":50}'])
  })

  it('refuses progress that is no JSON, or too much of it', async () => {
    const { ctx, reports } = createSubject()
    await expect(ctx.reportProgress(() => {})).rejects.toBeInstanceOf(ValidationError)
    await expect(ctx.reportProgress('x'.repeat(30))).rejects.toBeInstanceOf(SizeLimitError)
    expect(reports).toEqual([])
  })

  it('ignores progress of a run that is not held any more', async () => {
    const { ctx, execution, reports } = createSubject()
    execution.held = false
    await ctx.reportProgress(1)
    expect(reports).toEqual([])
  })

  it('knows the workflow of a member, and of nothing else', () => {
    expect(createSubject().ctx.workflow).toBeUndefined()
    const { ctx } = createSubject({ id: 'w1', name: 'order', task: 'charge', input: '{"total":7}' })
    expect(ctx.workflow).toMatchObject({ id: 'w1', name: 'order', task: 'charge', input: { total: 7 } })
    expect(ctx.workflow).toBe(ctx.workflow)
  })

  it('remembers steps and checkpoints, also when its functions are taken out', async () => {
    const { step, checkpoint, lastCheckpoint } = createSubject().ctx
    expect(await step('a', () => 1)).toBe(1)
    await checkpoint([2])
    expect(await lastCheckpoint<number[]>()).toEqual([2])
  })

  it('holds a concurrency key back', async () => {
    const { ctx, limits } = createSubject()
    await ctx.rateLimit('api', '2s')
    await ctx.rateLimit('api', 0.5)
    expect(limits).toEqual([
      ['api', 2_000],
      ['api', 1],
    ])
  })

  it.each([
    ['', '1s', 'key'],
    ['api', 'soon', 'retryAfter'],
    ['api', '25h', 'retryAfter'],
    ['api', undefined as unknown as string, 'retryAfter'],
  ])('does not hold %j back for %j', async (key, retryAfter, field) => {
    const { ctx, limits } = createSubject()
    await expect(ctx.rateLimit(key, retryAfter)).rejects.toMatchObject({ fields: [{ field }] })
    expect(limits).toEqual([])
  })
})
