import { type HookPart, hookOfTaskName, type TaskPart } from '@dureq/dag'
import type { InstanceCommit, Mail } from '@dureq/types'
import { advance, conclude } from './advance.ts'
import { createDraft, type Draft, demand, lacks } from './draft.ts'
import { hookPart } from './hooks.ts'
import type { Known, Needs, ReduceTools } from './known.ts'
import { onCancel } from './on-cancel.ts'
import { onChildContinued } from './on-child-continued.ts'
import { onChildEnded } from './on-child-ended.ts'
import { onChildRetried } from './on-child-retried.ts'
import { onJobEnded } from './on-job-ended.ts'
import { onProceed } from './on-proceed.ts'
import { onResume } from './on-resume.ts'
import { onRetry } from './on-retry.ts'
import { onSignal } from './on-signal.ts'
import { onStarted } from './on-started.ts'
import { onSuspend } from './on-suspend.ts'
import { onTimerDue, taskOfTimer } from './on-timer-due.ts'
import { stepOf } from './step.ts'
import { wantTasks } from './tasks.ts'

/** What one step of a workflow changes, but for whom and what it was decided from. */
export type Step = Omit<InstanceCommit, 'id' | 'version' | 'consumed'>

/** What a reduction came to. */
export type Reduced =
  | { readonly kind: 'needs'; readonly needs: Needs }
  | {
      readonly kind: 'done'
      readonly commit: Step
      /** The parts that change, by name, as they are once it is committed; null: taken away. */
      readonly parts: ReadonlyMap<string, TaskPart | HookPart | null>
    }

/**
 * Decides what follows from messages of one instance. Nothing outside changes, so it can be repeated: with what it
 * `needs` loaded as well, until it is `done`.
 *
 * @throws IllegalMoveError when the state does not allow what the rules ask for: a bug.
 */
export function reduceMail(known: Known, messages: readonly Mail[], tools: ReduceTools): Reduced {
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
    case 'jobEnded':
      return onJobEnded(draft, message)
    case 'childEnded':
      return onChildEnded(draft, message)
    case 'childContinued':
      return onChildContinued(draft, message)
    case 'childRetried':
      return onChildRetried(draft, message)
    case 'timerDue':
      return onTimerDue(draft, message)
    case 'signal':
      return onSignal(draft, message)
    case 'cancel':
      return onCancel(draft, message)
    case 'suspend':
      return onSuspend(draft, message)
    case 'resume':
      return onResume(draft, message)
    case 'retry':
      return onRetry(draft)
    case 'proceed':
      return onProceed(draft)
    // No workflow is sent any of these.
    case 'appended':
    case 'cut':
      return
  }
}

/** Loads at once what the messages are about: the first round of loading mostly is the last. */
function wantFor(draft: Draft, messages: readonly Mail[]): void {
  for (const message of messages) {
    const name =
      message.kind === 'timerDue' ? taskOfTimer(message.name) : 'task' in message ? message.task : undefined
    if (name === undefined) continue
    const hook = hookOfTaskName(name)
    if (hook !== undefined) hookPart(draft, hook)
    else {
      wantTasks(draft, [name])
      wantTasks(draft, draft.known.graph.dependants(name))
    }
  }
}

function needsOf({ missing }: Draft): Reduced {
  return {
    kind: 'needs',
    needs: {
      parts: [...missing.parts],
      outputs: [...missing.outputs],
      marked: [...missing.marked.values()],
      signals: [...missing.signals],
    },
  }
}
