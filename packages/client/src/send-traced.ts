import type { TraceHeaders } from '@dureq/runtime'
import type { NewJob } from '@dureq/types'
import type { ClientCore } from './core.ts'

/** Room a trace takes in the headers of a job, in characters: what would not leave it carries none. */
const ROOM = 1_024

/** Sends jobs as part of the active trace, which they carry into their handlers; headers of their own win. */
export function sendTraced<Reply>(
  { tracing, store: { limits } }: Pick<ClientCore, 'tracing' | 'store'>,
  jobs: readonly NewJob[],
  send: (jobs: readonly NewJob[]) => Promise<Reply>,
): Promise<Reply> {
  const [first] = jobs
  if (first === undefined || !tracing?.isActive) return send(jobs)
  const what = { operation: 'enqueue', name: nameOf(jobs, first), count: jobs.length } as const
  return tracing.produce(what, (headers) =>
    send(headers === undefined ? jobs : jobs.map((job) => withTrace(job, headers, limits.headers))),
  )
}

function nameOf(jobs: readonly NewJob[], { taskType }: NewJob): string {
  return jobs.every((job) => job.taskType === taskType) ? taskType : 'jobs'
}

function withTrace(job: NewJob, trace: TraceHeaders, limit: number): NewJob {
  if (job.headers === undefined) return { ...job, headers: trace }
  const hasRoom = Buffer.byteLength(JSON.stringify(job.headers)) <= limit - ROOM
  return hasRoom ? { ...job, headers: { ...trace, ...job.headers } } : job
}
