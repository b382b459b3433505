import type { CallKey, InstanceMessage, Sending, SendOutcome, WorkflowStatus } from '@dureq/types'
import { isTerminalWorkflowStatus, MAX_PENDING_SIGNALS } from '@dureq/types'
import { noteMessage } from './audit.ts'
import type { Core } from './core.ts'
import { namesOf } from './create-instance.ts'
import { reviveInstance } from './instance-ends.ts'
import { callInPieces } from './piecewise-call.ts'
import { addSignal, isDuplicate } from './signal-rows.ts'
import type { Step } from './step.ts'
import type { StoredInstance } from './stored-instance.ts'

/** One piece takes at most this many messages, ... */
const PIECE_MESSAGES = 250
/** ... and texts of this many characters together. */
const PIECE_CHARACTERS = 4 * 1024 * 1024

/** The outcome of a message that was not simply recorded. */
type SendNote = readonly [index: number, outcome: SendOutcome]

/** Records messages: `InstancesRole.send`. */
export async function sendMessages(
  core: Core,
  call: CallKey,
  messages: readonly Sending[],
): Promise<readonly SendOutcome[]> {
  const notes = await callInPieces<Sending, SendNote>(core, {
    call,
    items: messages,
    patience: 'ordinary',
    weigh: ({ message }) => 1 / PIECE_MESSAGES + messageLength(message) / PIECE_CHARACTERS,
    work: sendPiece,
  })
  const outcomes: SendOutcome[] = messages.map(() => ({ kind: 'recorded' }))
  for (const [index, outcome] of notes) outcomes[index] = outcome
  return outcomes
}

/** Characters of what is large in a message. */
export function messageLength(message: InstanceMessage): number {
  if (message.kind === 'signal') return message.payload?.length ?? 0
  const hasOutput = message.kind === 'childEnded' || message.kind === 'jobEnded'
  return hasOutput ? (message.output?.length ?? 0) : 0
}

function sendPiece(step: Step, sendings: readonly Sending[], from: number): readonly SendNote[] {
  const receivers = step.instances.byIds(
    step,
    sendings.map(({ to }) => to),
  )
  return sendings.flatMap((sending, i): readonly SendNote[] => {
    const outcome = sendOne(step, receivers[i], sending)
    return outcome.kind === 'recorded' ? [] : [[from + i, outcome]]
  })
}

/** Records one message, if the receiver's status allows it. */
export function sendOne(step: Step, receiver: StoredInstance | undefined, sending: Sending): SendOutcome {
  if (receiver === undefined) return { kind: 'unknown' }
  const { message, allowed, becomes, event } = sending
  if (!allowed.includes(receiver.status)) return refusal(receiver)
  if (message.kind === 'signal') {
    if (isDuplicate(step, receiver, message)) return { kind: 'duplicate' }
    if (receiver.signals >= MAX_PENDING_SIGNALS) return { kind: 'full' }
    addSignal(step, receiver, message)
  }
  if (becomes !== undefined) takeOn(step, receiver, becomes)
  step.instances.post(step, receiver, message)
  noteMessage(step, receiver, sending)
  if (event !== undefined) step.events.push({ type: event, timestamp: step.now, ...namesOf(receiver) })
  return { kind: 'recorded' }
}

function refusal({ status, continuedTo }: StoredInstance): SendOutcome {
  return { kind: 'refused', status, ...(continuedTo !== undefined && { continuedTo }) }
}

function takeOn(step: Step, receiver: StoredInstance, status: WorkflowStatus): void {
  receiver.version++
  if (isTerminalWorkflowStatus(receiver.status)) reviveInstance(step, receiver)
  step.instances.setStatus(receiver, status)
}
