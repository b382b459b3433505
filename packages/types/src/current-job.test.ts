import { expect, test, vi } from 'vitest'
import { currentJob, reportProgress, runWithJob } from './current-job.ts'
import { NoProgressReporterError, OutsideHandlerError } from './errors/handler-errors.ts'
import type { JobContext } from './job-context.ts'

const context = (jobId: string): JobContext => ({ jobId, reportProgress: vi.fn() }) as unknown as JobContext

test('is the job of the handler that is running, also after a wait', async () => {
  const seen = await runWithJob(context('j1'), async () => {
    await Promise.resolve()
    return currentJob().jobId
  })
  expect(seen).toBe('j1')
})

test('tells jobs apart that run at the same time', async () => {
  const handle = async (): Promise<string> => {
    await new Promise((resolve) => setImmediate(resolve))
    return currentJob().jobId
  }
  const ids = ['j1', 'j2', 'j3']
  await expect(Promise.all(ids.map((id) => runWithJob(context(id), handle)))).resolves.toEqual(ids)
})

test('throws outside a handler', async () => {
  expect(() => currentJob()).toThrow(OutsideHandlerError)
  await expect(reportProgress(1)).rejects.toThrow(NoProgressReporterError)
})

test('reportProgress reports for the current job', async () => {
  const ctx = context('j1')
  await runWithJob(ctx, () => reportProgress({ percent: 50 }))
  expect(ctx.reportProgress).toHaveBeenCalledWith({ percent: 50 })
})
