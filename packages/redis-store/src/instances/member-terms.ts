import { type NewJob, withPartition } from '@dureq/types'

/** The extra of a member, and the part of it that its spec says: what is given beside whose it is. Empty when nothing is. */
export interface MemberTerms {
  readonly spec: string
  readonly extra: string
}

/** What has a place of its own in the arguments, or says whose a member is. */
const APART: ReadonlySet<string> = new Set([
  'id',
  'taskType',
  'payload',
  'priority',
  'version',
  'workflowId',
  'workflowTask',
  'batchId',
  'batchRole',
  'batchItem',
  'batchPlace',
] satisfies (keyof NewJob)[])

/** Members that are undefined are not written. */
const NOT_SHARED = Object.fromEntries([...APART].map((name) => [name, undefined]))

/** What else a member is given, as JSON; most are given nothing: ''. */
export function sharedOf(job: Partial<NewJob>): string {
  for (const name in job) {
    if (!APART.has(name)) {
      const text = JSON.stringify({ ...job, ...NOT_SHARED })
      return text === '{}' ? '' : text
    }
  }
  return ''
}

/**
 * The terms of a member in one partition. One to which nothing else is given is recognised by its extra; see lua/lib/plain.lua. An
 * item of a batch is written as a list, because there are so many of them: batch, place, id, and what else was given.
 */
export function memberTerms(job: Partial<NewJob>, partition: number): MemberTerms {
  const spec = sharedOf(job)
  const {
    workflowId,
    workflowTask = '',
    batchId = '',
    batchRole = 'onetime',
    batchItem = '',
    batchPlace = 0,
  } = job
  if (workflowId !== undefined) {
    const owner = `"workflowId":"${withPartition(workflowId, partition)}","workflowTask":${JSON.stringify(workflowTask)}`
    return { spec, extra: joined(owner, spec) }
  }
  const batch = withPartition(batchId, partition)
  if (batchRole === 'onetime')
    return { spec, extra: joined(`"batchId":"${batch}","batchRole":"onetime"`, spec) }
  const item = `"${batch}",${batchPlace},${JSON.stringify(batchItem)}`
  return { spec, extra: spec === '' ? `[${item}]` : `[${item},${spec}]` }
}

/** An object of these members and those of another one. */
function joined(members: string, other: string): string {
  return other === '' ? `{${members}}` : `{${members},${other.slice(1)}`
}
