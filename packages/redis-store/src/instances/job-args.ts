import { type MemberJob, type NewJob, withPartition } from '@dureq/types'
import { strayKeys } from '../home.ts'
import { specOf } from '../spec.ts'
import type { Args } from './lists.ts'
import { type MemberTerms, memberTerms, sharedOf } from './member-terms.ts'

/** What `lua/lib/enlisting.lua` takes of jobs: those in a row that share a spec behind it. */
export function jobArgs(jobs: readonly (MemberJob | NewJob)[], home: HomeOfJobs): Args {
  const args: (string | number)[] = [0]
  let [rows, spec, countAt] = [0, '', 0]
  for (const job of jobs) {
    const terms = termsOf(job, home)
    if (rows === 0 || terms.spec !== spec) {
      spec = terms.spec
      countAt = args.push(spec, 0) - 1
      args[0] = ++rows
    }
    args.push(terms.extra, withPartition(job.id, home.partition), job.payload)
    args[countAt] = (args[countAt] as number) + 3
  }
  return args
}

/** Where the jobs of an instance live. */
export interface HomeOfJobs {
  /** Of the instance. */
  readonly id: string
  readonly partition: number
  readonly partitions: number
}

/**
 * Spec and extra of a job; of a task of the workflow itself that is given nothing else, the name stands for the extra. One whose
 * concurrency keys live elsewhere is stored dead, for the step itself cannot be refused: an error (JSON) stands behind `!` in
 * the place of its time.
 */
function termsOf(job: MemberJob | NewJob, { id, partition, partitions }: HomeOfJobs): MemberTerms {
  const { taskType, priority, version = '', workflowId, batchId, workflowTask = '' } = job
  const stray = strayKeys(job, partition, partitions)
  const when = stray === undefined ? '' : `!${JSON.stringify(stray.message)}`
  if (workflowId === undefined && batchId === undefined) return { spec: otherSpec(job, when), extra: '' }
  const shared = sharedOf(job)
  const isTask = shared === '' && workflowId === id
  const extra = isTask ? JSON.stringify(workflowTask) : memberTerms(job, partition).extra
  return { spec: `${taskType}\n${version}\n${priority}\n\n${when}\n${shared}`, extra }
}

/** Line of a spec with the time of its jobs. */
const WHEN = 4

function otherSpec(job: NewJob, when: string): string {
  if (when === '') return specOf(job)
  const spec = specOf(job).split('\n')
  spec[WHEN] = when
  return spec.join('\n')
}

/** What one more job weighs beside its payload, so that no script takes long. */
const JOB_WEIGHT = 2_048

/** About how many bytes jobs are worth. */
export function sizeOfJobs(jobs: readonly Pick<NewJob, 'payload'>[]): number {
  return jobs.reduce((size, { payload }) => size + payload.length + JOB_WEIGHT, 0)
}
