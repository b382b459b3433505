import { type TaskPart, taskPartName } from '@dureq/dag'
import type { NeedyCase } from '@dureq/runtime'
import type { JsonText, Store } from '@dureq/types'
import { markedKey, type Needs, SIGNALS_LOADED } from './machine/known.ts'
import type { StoredPart, WorkflowCase } from './open-case.ts'
import { partsAhead } from './parts-ahead.ts'

/** A workflow, and what it cannot go on without. */
export type NeedyWorkflow = NeedyCase<WorkflowCase, Needs>

/** Where a loader reads. */
export type LoaderStore = Pick<Store, 'instances' | 'mailboxes' | 'jobs'>

/**
 * Loads what cases need into what is known of them, of all of them at once: what stands alone in one turn, outputs, whose
 * jobs the parts name, in a second one.
 *
 * @param ahead how many parts besides are worth loading, of each case: those of tasks that come next.
 */
export async function loadNeeds(
  store: LoaderStore,
  needy: readonly NeedyWorkflow[],
  ahead: number,
): Promise<void> {
  await Promise.all(
    needy.flatMap((each) => [
      loadParts(store, each, ahead),
      loadMarked(store, each),
      loadSignals(store, each),
    ]),
  )
  await loadOutputs(store, needy)
}

async function loadParts(
  { mailboxes }: LoaderStore,
  { opened, needs }: NeedyWorkflow,
  ahead: number,
): Promise<void> {
  const { head, known } = opened
  const wanted = new Set([...needs.parts, ...needs.outputs.map(taskPartName)])
  const unknown = [...wanted].filter((name) => known.parts.get(name) === undefined)
  if (unknown.length === 0) return
  const names = [...unknown, ...partsAhead(known, unknown, ahead)]
  const parts = await mailboxes.parts(head.id, names)
  for (const [i, name] of names.entries()) {
    const part = parts[i]
    known.parts.set(name, part === undefined ? null : (JSON.parse(part.text) as StoredPart))
  }
}

async function loadMarked({ mailboxes }: LoaderStore, { opened, needs }: NeedyWorkflow): Promise<void> {
  const { head, known } = opened
  await Promise.all(
    needs.marked.map(async (range) => {
      const { set, offset, limit } = range
      known.marked.set(markedKey(range), await mailboxes.marked(head.id, set, { offset, limit }))
    }),
  )
}

async function loadSignals({ mailboxes }: LoaderStore, { opened, needs }: NeedyWorkflow): Promise<void> {
  const { head, known } = opened
  await Promise.all(
    needs.signals.map(async (name) => {
      known.signals.set(name, await mailboxes.signals(head.id, { name, limit: SIGNALS_LOADED }))
    }),
  )
}

/** Whose output is wanted, and who has it. */
interface Wanted {
  readonly opened: WorkflowCase
  readonly task: string
  readonly jobId?: string
  readonly childId?: string
}

/** The output of a task stays with the job or the child that carried it out, that of a wait with its part. */
async function loadOutputs({ jobs, instances }: LoaderStore, needy: readonly NeedyWorkflow[]): Promise<void> {
  const wanted = needy.flatMap(({ opened, needs }) => needs.outputs.map((task) => wantedOf(opened, task)))
  const ofJobs = wanted.filter(({ jobId }) => jobId !== undefined)
  const ofChildren = wanted.filter(({ childId }) => childId !== undefined)
  const [records, heads] = await Promise.all([
    ofJobs.length === 0 ? [] : jobs.get(ofJobs.map(({ jobId = '' }) => jobId)),
    ofChildren.length === 0 ? [] : instances.get(ofChildren.map(({ childId = '' }) => childId)),
  ])
  for (const [i, each] of ofJobs.entries()) note(each, records[i]?.result?.output)
  for (const [i, each] of ofChildren.entries()) note(each, heads[i]?.output)
}

function wantedOf(opened: WorkflowCase, task: string): Wanted {
  const { jobId, childId, output } = (opened.known.parts.get(taskPartName(task)) ?? {}) as Partial<TaskPart>
  if (output === undefined && jobId !== undefined) return { opened, task, jobId }
  if (output === undefined && childId !== undefined) return { opened, task, childId }
  note({ opened, task }, output)
  return { opened, task }
}

function note({ opened, task }: Wanted, output: JsonText | undefined): void {
  opened.known.outputs.set(task, output ?? null)
}
