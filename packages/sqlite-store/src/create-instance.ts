import {
  type CallKey,
  type CreateOutcome,
  type InstanceKind,
  type JobEvent,
  type MailQueue,
  type NewInstance,
  type WorkflowMember,
  withPartition,
} from '@dureq/types'
import type { Core } from './core.ts'
import { enqueueJobsOf } from './enqueue-members.ts'
import { textKind } from './instance-codes.ts'
import { rememberInstance, requestedInstance } from './instance-requests.ts'
import { addItems, setOpen } from './items.ts'
import { callInPieces } from './piecewise-call.ts'
import type { Step } from './step.ts'
import type { StoredInstance } from './stored-instance.ts'

/** One piece takes at most this many instances, ... */
const PIECE_INSTANCES = 200
/** ... this many parts, names of items and jobs, ... */
const PIECE_ITEMS = 1_500
/** ... and texts of this many characters together. */
const PIECE_CHARACTERS = 4 * 1024 * 1024

/** Which instance of a call was not created, and which one is there instead; or when those from an index on were stored. */
type CreateNote = readonly [index: number, instead: string] | readonly [from: number, at: number]

/** Stores new instances: `InstancesRole.create`. */
export async function createInstances(
  core: Core,
  call: CallKey,
  instances: readonly NewInstance[],
): Promise<readonly CreateOutcome[]> {
  const notes = await callInPieces<NewInstance, CreateNote>(core, {
    call,
    items: instances,
    patience: 'ordinary',
    weigh: (draft) => 1 / PIECE_INSTANCES + itemsOf(draft) / PIECE_ITEMS + sizeOf(draft) / PIECE_CHARACTERS,
    work: createPiece,
  })
  return outcomesOf(instances, notes)
}

function outcomesOf(
  instances: readonly NewInstance[],
  notes: readonly CreateNote[],
): readonly CreateOutcome[] {
  const outcomes: CreateOutcome[] = []
  for (const [index, note] of notes) {
    if (typeof note === 'string') outcomes[index] = { kind: 'repeated', id: note }
    else {
      for (let i = index; i < instances.length; i++) {
        const { id } = instances[i] as NewInstance
        outcomes[i] = { kind: 'created', id: withPartition(id, 0), createdAt: note }
      }
    }
  }
  return outcomes
}

/** Characters that are stored for a new instance. */
export function sizeOf({ definition, input = '', state, parts = [], begins = [] }: NewInstance): number {
  const ofParts = parts.reduce((sum, { text = '' }) => sum + text.length, 0)
  const ofJobs = begins.reduce((sum, { payload }) => sum + payload.length, 0)
  return definition.text.length + input.length + state.length + ofParts + ofJobs
}

/** Parts, names of items and jobs that are stored for a new instance. */
export function itemsOf({ parts = [], names = [], begins = [] }: NewInstance): number {
  return parts.length + names.length + begins.length
}

function createPiece(step: Step, drafts: readonly NewInstance[], from: number): readonly CreateNote[] {
  const notes: CreateNote[] = [[from, step.now]]
  drafts.forEach((draft, i) => {
    const { requestId } = draft
    const requested = requestId === undefined ? undefined : requestedInstance(step, requestId)
    const met = requested ?? addInstance(step, draft, undefined)
    if (met !== undefined) notes.push([from + i, met])
    else if (requestId !== undefined) rememberInstance(step, requestId, withPartition(draft.id, 0))
  })
  return notes
}

/** What is told of a new instance. */
function startedEvent({ now }: Step, { id, kind }: Pick<NewInstance, 'id' | 'kind'>): JobEvent {
  const type = kind === 'batch' ? 'batch.started' : 'workflow.started'
  return { type, timestamp: now, ...namesOf({ id: withPartition(id, 0), kind }) }
}

/** How events name an instance: a workflow also as what it is. */
export function namesOf({
  id,
  kind,
}: Pick<NewInstance, 'id' | 'kind'>): Pick<JobEvent, 'jobId' | 'workflowId'> {
  return kind === 'workflow' ? { jobId: id, workflowId: id } : { jobId: id }
}

/**
 * Stores a new instance with its first message, or the jobs it begins with, and tells of it. Answers with the id of the one that
 * is there instead, if there is one.
 *
 * @param above it stands below this one's root; undefined when it stands below none.
 */
export function addInstance(
  step: Step,
  draft: NewInstance,
  above: StoredInstance | undefined,
): string | undefined {
  const id = withPartition(draft.id, 0)
  if (step.instances.isTaken(id)) return id
  const stored = newInstance(step, { ...draft, id }, above)
  step.instances.add(stored, draft.definition)
  if (draft.input !== undefined) step.instances.setText(stored, textKind.input, draft.input)
  addItems(step, stored, draft)
  if (draft.open === true) setOpen(step, stored, true)
  step.events.push(startedEvent(step, stored))
  if (draft.begins === undefined) step.instances.post(step, stored, { kind: 'started' })
  else begin(step, stored, draft.begins)
  return undefined
}

function begin(step: Step, stored: StoredInstance, jobs: readonly WorkflowMember[]): void {
  enqueueJobsOf(step, stored, jobs)
  for (const { id, taskType } of jobs) {
    const named = { ...namesOf(stored), jobId: withPartition(id, 0), taskType }
    step.events.push({ type: 'workflow.task.dispatched', timestamp: step.now, ...named })
  }
}

/** What a new instance is made of; a group has no definition, and takes tasks of the type `collects`. */
export interface InstanceDraft extends Omit<NewInstance, 'definition'> {
  readonly definition?: NewInstance['definition']
  readonly collects?: string
  readonly queue?: MailQueue
}

/** The row of a new instance without items. */
export function newInstance(
  step: Step,
  draft: InstanceDraft,
  above: StoredInstance | undefined,
): StoredInstance {
  const seq = ++step.numbers.ticket
  return {
    seq,
    id: draft.id,
    root: above?.root ?? seq,
    kind: draft.kind,
    name: draft.name,
    definitionHash: draft.definition?.hash,
    requestId: draft.requestId,
    parent: draft.parent,
    continuedFrom: draft.continuedFrom,
    createdAt: step.now,
    status: 'running',
    version: 1,
    state: draft.state,
    continuedTo: undefined,
    error: undefined,
    updatedAt: step.now,
    completedAt: undefined,
    mailFrom: 0,
    mailTo: 0,
    ready: null,
    lease: undefined,
    openJobs: 0,
    signals: 0,
    due: undefined,
    isRemoved: false,
    size: 0,
    isOpen: false,
    collects: draft.collects,
    queue: draft.queue ?? queueOf(draft.kind),
  }
}

/** The queue of a kind; that of a group is the one of its setting, without one the default's. */
function queueOf(kind: InstanceKind): MailQueue {
  return kind === 'group' ? 'group:' : kind
}
