import { isRecurring, isTerminalJobStatus, type JobRecord } from '@dureq/types'
import type { Cluster } from '../cluster/cluster.ts'
import { KEY_LIMIT } from '../workload/definitions.ts'
import type { EventBook } from './event-book.ts'
import type { Snapshot } from './snapshot.ts'
import { must } from './violation.ts'

/** What must hold at every moment, as the store itself tells of it. */
export function checkInvariants(snapshot: Snapshot, cluster: Cluster, book: EventBook): void {
  checkPlaces(snapshot)
  checkLeases(snapshot)
  checkCounts(snapshot)
  checkKeys(snapshot)
  checkUniqueKeys(snapshot)
  checkAccepted(snapshot, cluster, book)
  checkExecutions(cluster)
}

const recurs = ({ schedule }: JobRecord): boolean => isRecurring(schedule.type)

/** I1: every firing is in exactly one place, and recurring jobs that have not ended have their schedule. */
function checkPlaces({ jobs, firings, schedules }: Snapshot): void {
  const entries = new Set(schedules.map(({ jobId }) => jobId))
  must('I1', entries.size === schedules.length, () => 'a recurring job has two schedules')
  for (const job of jobs) {
    if (!recurs(job)) checkPlace(job)
    else
      must(
        'I1',
        entries.has(job.id) === !isTerminalJobStatus(job.status),
        () => `${job.id} is ${job.status}, and its schedule is ${entries.has(job.id) ? 'there' : 'gone'}`,
      )
  }
  for (const firing of firings) checkPlace(firing)
  const ids = [...jobs, ...firings].map(({ id }) => id)
  must('I1', new Set(ids).size === ids.length, () => 'a job is listed twice')
}

function checkPlace(job: JobRecord): void {
  const due = job.nextRunAt !== undefined
  const stands = {
    line: job.status === 'pending' || (job.status === 'retrying' && !due),
    due: due && (job.status === 'scheduled' || job.status === 'retrying'),
    leased: job.status === 'running',
    paused: job.status === 'paused',
    ended: isTerminalJobStatus(job.status) && job.result?.status === job.status,
  }
  const places = Object.values(stands).filter(Boolean)
  must('I1', places.length === 1, () => `${job.id} stands in ${JSON.stringify(stands)}`)
}

/** I2: what is leased has one live run, and nothing else has any. */
function checkLeases({ jobs, firings, running }: Snapshot): void {
  const leased = [...jobs.filter((job) => !recurs(job)), ...firings].filter(
    ({ status }) => status === 'running',
  )
  must('I2', leased.length === running.length, () => `${leased.length} jobs run, and ${running.length} runs`)
  const holders = running.map(({ id }) => id.slice(0, id.lastIndexOf('-')))
  must('I2', new Set(holders).size === holders.length, () => 'a firing has two leases')
  const ids = new Set(leased.map(({ id }) => id))
  for (const id of holders) must('I2', ids.has(id), () => `${id} has a run and is not running`)
}

/** I3: the counts are those of what is listed. */
function checkCounts({ jobs, counts }: Snapshot): void {
  const listed = new Map<string, number>()
  for (const { taskType, status } of jobs) {
    const name = `${taskType} ${status}`
    listed.set(name, (listed.get(name) ?? 0) + 1)
  }
  for (const { taskType, status, count } of counts) {
    const name = `${taskType} ${status}`
    must(
      'I3',
      count > 0 && listed.get(name) === count,
      () => `${name}: ${count} counted, ${listed.get(name)} listed`,
    )
    listed.delete(name)
  }
  must('I3', listed.size === 0, () => `not counted: ${[...listed.keys()].join(', ')}`)
}

/** I4: no key has more runs than its limit. */
function checkKeys({ jobs, firings }: Snapshot): void {
  const used = new Map<string, number>()
  for (const { status, concurrencyKeys = [] } of [...jobs, ...firings]) {
    if (status !== 'running') continue
    for (const { key } of concurrencyKeys) used.set(key, (used.get(key) ?? 0) + 1)
  }
  for (const [key, count] of used) must('I4', count <= KEY_LIMIT, () => `${count} run with ${key}`)
}

/** I6: no two jobs that have not ended share a unique key. */
function checkUniqueKeys({ jobs }: Snapshot): void {
  const holders = new Map<string, string>()
  for (const { id, status, uniqueKey } of jobs) {
    if (uniqueKey === undefined || isTerminalJobStatus(status)) continue
    must('I6', !holders.has(uniqueKey), () => `${id} and ${holders.get(uniqueKey)} share ${uniqueKey}`)
    holders.set(uniqueKey, id)
  }
}

/** Nothing accepted is lost: it is there, or it has ended, or somebody has deleted it. */
function checkAccepted({ jobs, workflows, batches }: Snapshot, { accepted }: Cluster, book: EventBook): void {
  const there = new Set(jobs.map(({ id }) => id))
  for (const id of [...accepted.jobs, ...accepted.recurring]) {
    must('lost', there.has(id) || book.ended.has(id) || accepted.deleted.has(id), () => `${id} is gone`)
  }
  const instances = new Set([...workflows, ...batches].map(({ id }) => id))
  for (const id of [...accepted.workflows, ...accepted.batches])
    must('lost', instances.has(id) || book.endedInstances.has(id), () => `${id} is gone`)
}

/** A run is executed once, and a step that has returned is not done again. */
function checkExecutions({ executed, steps }: Cluster): void {
  const runs = new Map(executed.map((each) => [each.runId, each]))
  if (runs.size < executed.length) {
    const twice = executed.find((each) => runs.get(each.runId) !== each)
    must(
      'twice',
      false,
      () => `${twice?.runId} was executed by ${twice?.machine} and ${runs.get(twice?.runId ?? '')?.machine}`,
    )
  }
  for (const [name, results] of steps)
    must('steps', results.size === 1, () => `${name} returned ${[...results].join(' and ')}`)
}
