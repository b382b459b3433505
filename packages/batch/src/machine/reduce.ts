import { type BatchState, type InstanceCommit, type Mail, partOfPlace } from '@dureq/types'
import { advance } from './advance.ts'
import { freshPlaces, roomFor } from './dispatch.ts'
import { createDraft, type Draft, demand, lacks } from './draft.ts'
import { conclude } from './end.ts'
import { wantItem } from './items.ts'
import { ONETIME } from './job.ts'
import type { BatchPart, Known, Needs, ReduceTools } from './known.ts'
import { onAppended } from './on-appended.ts'
import { onCancel } from './on-cancel.ts'
import { onJobEnded } from './on-job-ended.ts'
import { onRetry } from './on-retry.ts'
import { onStarted } from './on-started.ts'
import { onTimerDue } from './on-timer-due.ts'
import { jobsPart } from './parts.ts'
import { tellProgress } from './progress.ts'
import { stepOf } from './step.ts'

/** What one step of a batch changes, but for whom and what it was decided from. */
export type Step = Omit<InstanceCommit, 'id' | 'version' | 'consumed'>

/** What a reduction came to. */
export type Reduced =
  | { readonly kind: 'needs'; readonly needs: Needs }
  | {
      readonly kind: 'done'
      readonly commit: Step
      /** The parts that change, by name, as they are once it is committed; null: taken away. */
      readonly parts: ReadonlyMap<string, BatchPart | null>
      readonly state: BatchState
    }

/**
 * Decides what follows from messages of one batch. Nothing outside changes, so it can be repeated: with what it
 * `needs` loaded as well, until it is `done`.
 *
 * @throws IllegalMoveError when the state does not allow what the rules ask for: a bug.
 */
export function reduceBatch(known: Known, messages: readonly Mail[], tools: ReduceTools): Reduced {
  const draft = createDraft(known, tools)
  try {
    wantFor(draft, messages)
    for (const message of messages) {
      receive(draft, message)
      // With something missing only what else is needed can be found out.
      if (!lacks(draft)) conclude(draft)
    }
    demand(draft)
    advance(draft)
    demand(draft)
    tellProgress(draft)
    return stepOf(draft)
  } catch (error) {
    // What was missing may have led anywhere.
    if (lacks(draft)) return needsOf(draft)
    throw error
  }
}

function receive(draft: Draft, message: Mail): void {
  switch (message.kind) {
    case 'started':
      return onStarted(draft)
    case 'appended':
      return onAppended(draft, message)
    case 'jobEnded':
      return onJobEnded(draft, message)
    case 'timerDue':
      return onTimerDue(draft, message)
    case 'cancel':
      return onCancel(draft, message)
    case 'retry':
      return onRetry(draft, message)
    // There was more to do than one step should carry: `advance` goes on by itself.
    case 'proceed':
      return
    // No batch is sent any of these.
    case 'suspend':
    case 'resume':
    case 'signal':
    case 'cut':
    case 'childEnded':
    case 'childContinued':
    case 'childRetried':
      return
  }
}

/** Loads at once what the messages are about and what will follow: the first round of loading mostly is the last. */
function wantFor(draft: Draft, messages: readonly Mail[]): void {
  let ended = 0
  for (const message of messages) {
    if (message.kind !== 'jobEnded' || message.task === ONETIME) continue
    jobsPart(draft, partOfPlace(Number(message.task)))
    ended++
  }
  const { phase, redo, stale } = draft.state
  if (phase !== 'items' || redo !== undefined || stale !== undefined) return
  for (const place of freshPlaces(draft, Math.min(roomFor(draft, ended), draft.budget)))
    wantItem(draft, place)
}

function needsOf({ missing }: Draft): Reduced {
  return {
    kind: 'needs',
    needs: {
      parts: [...missing.parts],
      jobs: [...missing.jobs],
      outputs: [...missing.outputs],
      marked: [...missing.marked.values()],
    },
  }
}
