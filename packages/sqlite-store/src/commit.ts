import {
  type CallKey,
  type CommitOutcome,
  type EndedFiring,
  type InstanceCommit,
  type InstanceEvent,
  isTerminalWorkflowStatus,
  type JobEvent,
  type MailQueue,
  type NewInstance,
  withPartition,
} from '@dureq/types'
import type { Core } from './core.ts'
import { addInstance, itemsOf, namesOf, sizeOf } from './create-instance.ts'
import { type EndedNote, endedOf, noteEnded } from './ended-note.ts'
import { enqueueJobsOf } from './enqueue-members.ts'
import { textKind } from './instance-codes.ts'
import { endInstance, expireInstance } from './instance-ends.ts'
import { dropGroup } from './instance-slices.ts'
import { deleteMail } from './mail-rows.ts'
import { callInPieces } from './piecewise-call.ts'
import { cancelMember } from './remove-instance.ts'
import { messageLength, sendOne } from './send.ts'
import { arePending, passSignalsOn, takeSignals } from './signal-rows.ts'
import type { Step } from './step.ts'
import type { StoredInstance } from './stored-instance.ts'
import { writeTimers } from './timers.ts'

/** One piece takes at most this many commits, ... */
const PIECE_COMMITS = 200
/** ... this many parts, jobs and messages in all of them together, ... */
const PIECE_THINGS = 600
/** ... of which the removal of a group counts as this many, ... */
const REMOVED_THINGS = 30
/** ... and texts of this many characters. */
const PIECE_CHARACTERS = 4 * 1024 * 1024

/** The outcome of a commit that was not carried out, or firings that ended. */
type CommitNote =
  | { readonly index: number; readonly outcome: Exclude<CommitOutcome, 'committed'> }
  | { readonly ended: EndedNote }

/** What became of commits, and the firings they ended. */
export interface CommitReply {
  readonly outcomes: readonly CommitOutcome[]
  readonly ended: readonly EndedFiring[]
}

/** Carries out steps of instances: `MailboxesRole.commit`. */
export async function commitSteps(
  core: Core,
  call: CallKey,
  commits: readonly InstanceCommit[],
): Promise<CommitReply> {
  const notes = await callInPieces<InstanceCommit, CommitNote>(core, {
    call,
    items: commits,
    patience: 'ordinary',
    weigh: (commit) =>
      1 / PIECE_COMMITS + thingsIn(commit) / PIECE_THINGS + charactersIn(commit) / PIECE_CHARACTERS,
    work: commitPiece,
  })
  const outcomes: CommitOutcome[] = commits.map(() => 'committed')
  for (const note of notes) if ('index' in note) outcomes[note.index] = note.outcome
  return { outcomes, ended: notes.flatMap((note) => ('ended' in note ? endedOf(note.ended) : [])) }
}

function thingsIn({ parts, enqueue, cancel, create, send, remove }: InstanceCommit): number {
  const created = create.reduce((sum, draft) => sum + 1 + itemsOf(draft), 0)
  const removed = remove === true ? REMOVED_THINGS : 0
  return parts.length + enqueue.length + cancel.length + created + send.length + removed
}

function charactersIn({ parts, enqueue, create, send }: InstanceCommit): number {
  let sum = 0
  for (const { text = '' } of parts) sum += text.length
  for (const { payload } of enqueue) sum += payload.length
  for (const draft of create) sum += sizeOf(draft)
  for (const { message } of send) sum += messageLength(message)
  return sum
}

function commitPiece(step: Step, commits: readonly InstanceCommit[], from: number): readonly CommitNote[] {
  const notes: CommitNote[] = []
  // Loads all of them at once.
  step.instances.byIds(
    step,
    commits.map(({ id }) => id),
  )
  commits.forEach((commit, i) => {
    const outcome = commitOne(step, commit)
    if (outcome !== 'committed') notes.push({ index: from + i, outcome })
  })
  return [...notes, ...noteEnded(step.ended).map((ended) => ({ ended }))]
}

function commitOne(step: Step, commit: InstanceCommit): CommitOutcome {
  const [stored] = step.instances.byIds(step, [commit.id])
  if (stored === undefined) return 'unknown'
  const isStale =
    stored.version !== commit.version ||
    !arePending(step.db, stored.seq, commit.acknowledge).every((isPending) => isPending)
  if (isStale) {
    step.instances.release(step, stored)
    return 'conflict'
  }
  carryOut(step, stored, commit)
  return 'committed'
}

function carryOut(step: Step, stored: StoredInstance, commit: InstanceCommit): void {
  consume(step, stored, commit.consumed)
  step.instances.parts.add(stored.seq, commit.parts)
  writeTimers(step, stored, commit.timers)
  takeSignals(step, stored, commit.acknowledge)
  changeHead(step, stored, commit)
  enqueueJobsOf(step, stored, commit.enqueue)
  cancelMembers(step, commit)
  for (const draft of commit.create) createBelow(step, stored, draft)
  sendAll(step, commit)
  for (const event of commit.events) step.events.push(toldOf(step, stored, event))
  // Told anew to who waits at the other queue.
  if (commit.queue !== undefined) moveMail(stored, commit.queue)
  step.instances.release(step, stored)
  if (commit.remove === true) dropGroup(step, stored)
  else expireInstance(step, stored)
}

function moveMail(stored: StoredInstance, queue: MailQueue): void {
  stored.queue = queue
  stored.ready = null
}

function cancelMembers(step: Step, { cancel }: InstanceCommit): void {
  const found = step.firings.byIds(cancel.map(({ id }) => id))
  cancel.forEach(({ reason }, i) => {
    const member = found[i]
    if (member !== undefined) cancelMember(step, member, reason)
  })
}

function consume(step: Step, stored: StoredInstance, count: number): void {
  if (count === 0) return
  stored.mailFrom = Math.min(stored.mailFrom + count, stored.mailTo)
  deleteMail(step.db, stored)
}

/** An instance that has ended stays as it has, whatever comes of its hooks. */
function changeHead(step: Step, stored: StoredInstance, commit: InstanceCommit): void {
  const { status, output, error, continuedTo } = commit
  stored.version++
  stored.state = commit.state
  stored.updatedAt = step.now
  step.instances.changed(stored)
  if (commit.input !== undefined) step.instances.setText(stored, textKind.input, commit.input)
  if (isTerminalWorkflowStatus(stored.status)) return
  if (!isTerminalWorkflowStatus(status)) return step.instances.setStatus(stored, status)
  const next = continuedTo === undefined ? undefined : withPartition(continuedTo, 0)
  endInstance(step, stored, { status, output, error, continuedTo: next })
}

/** A child, or the instance that goes on: both belong to the same root, unless that is this one, which goes on. */
function createBelow(step: Step, stored: StoredInstance, draft: NewInstance): void {
  const above = draft.parent === undefined ? undefined : stored
  if (addInstance(step, draft, above) !== undefined) return
  const id = withPartition(draft.id, 0)
  if (draft.continuedFrom !== stored.id) return
  const [successor] = step.instances.byIds(step, [id])
  if (successor !== undefined) passSignalsOn(step, stored, successor)
}

function sendAll(step: Step, { send }: InstanceCommit): void {
  const receivers = step.instances.byIds(
    step,
    send.map(({ to }) => to),
  )
  send.forEach((sending, i) => {
    sendOne(step, receivers[i], sending)
  })
}

function toldOf(step: Step, stored: StoredInstance, event: InstanceEvent): JobEvent {
  const { type, jobId = stored.id, taskType, error, batchProgress } = event
  return {
    type,
    timestamp: step.now,
    ...namesOf(stored),
    jobId,
    ...(taskType !== undefined && { taskType }),
    ...(error !== undefined && { error }),
    ...(batchProgress !== undefined && { batchProgress }),
  }
}
