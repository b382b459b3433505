import { type EnqueueOutcome, type JobRecord, type NewJob, partitionOf } from '@dureq/types'
import { findJob, joinLine, type ModelJob, tell, type World } from './world.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** `jobs.enqueue` of one draft, under the id it has once it is stored. */
export function enqueue(world: World, draft: NewJob, id: string): EnqueueOutcome {
  world.step++
  const known = findJob(world, id) ?? findRequested(world, draft, id)
  if (known) return { kind: 'repeated', id: known.record.id }
  const holder = world.keyHolders.find(({ key }) => key === draft.uniqueKey)
  if (holder) return { kind: 'duplicate', id: holder.id }

  const { uniqueKey, requestId } = draft
  if (uniqueKey !== undefined) world.keyHolders.push({ key: uniqueKey, id })
  if (requestId !== undefined) {
    world.requests = world.requests.filter((request) => !sameRequest(request, requestId, id))
    world.requests.push({ requestId, id, until: world.now + DAY_MS })
  }
  const job = create(world, draft, id)
  world.jobs.push(job)
  if (job.record.status === 'pending') joinLine(world, job, 'end')
  tell(world, job.record.status === 'pending' ? 'job.enqueued' : 'job.scheduled', job)
  return { kind: 'created', id, createdAt: world.now }
}

function findRequested(world: World, { requestId }: NewJob, id: string): ModelJob | undefined {
  if (requestId === undefined) return undefined
  const request = world.requests.find((each) => sameRequest(each, requestId, id) && each.until > world.now)
  return request && findJob(world, request.id)
}

/** A request id is recognised among jobs with the same home. */
function sameRequest(request: World['requests'][number], requestId: string, id: string): boolean {
  return request.requestId === requestId && partitionOf(request.id) === partitionOf(id)
}

function create({ now }: World, { delayMs = 0, runAt, ...draft }: NewJob, id: string): ModelJob {
  const at = delayMs > 0 ? now + delayMs : runAt
  const later = at !== undefined && at > now
  const record: JobRecord = {
    tags: [],
    headers: {},
    ...draft,
    id,
    schedule: at === undefined ? { type: 'IMMEDIATE' } : { type: 'ONE_TIME', runAt: at },
    status: later ? 'scheduled' : 'pending',
    ...(later ? { nextRunAt: at } : {}),
    attempt: 0,
    consecutiveErrors: 0,
    createdAt: now,
    updatedAt: now,
  }
  return { record, executions: 0, runs: [], lease: undefined, claimableAt: now, place: 0 }
}
