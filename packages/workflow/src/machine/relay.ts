import type { Mark } from '@dureq/dag'
import type { Sending } from '@dureq/types'
import type { Draft } from './draft.ts'
import { tasksIn } from './marked.ts'
import { isSuspended } from './phase.ts'
import { setTask, taskFacts } from './tasks.ts'

/** Suspends children that run while the workflow does not, and resumes those that were, as far as the budget goes. */
export function relayToChildren(draft: Draft): void {
  const { children = 0, halted = 0 } = draft.state
  if (isSuspended(draft)) return pass(draft, children, { from: 'child', order: suspendChild })
  pass(draft, halted, { from: 'halted', order: resumeChild })
}

interface Relay {
  /** Where the children are that have not been told yet. */
  readonly from: Mark
  readonly order: (childId: string) => Sending
}

function pass(draft: Draft, count: number, { from, order }: Relay): void {
  if (count === 0) return
  for (const name of tasksIn(draft, from, draft.budget)) {
    const { halted, ...part } = taskFacts(draft, name).part
    setTask(draft, name, halted ? part : { ...part, halted: true })
    draft.send.push(order(part.childId as string))
  }
  if (count > draft.budget) draft.more = true
  draft.budget -= Math.min(draft.budget, count)
}

function suspendChild(to: string): Sending {
  const then = { becomes: 'suspended', event: 'workflow.suspended' } as const
  return { to, message: { kind: 'suspend' }, allowed: ['running'], ...then }
}

function resumeChild(to: string): Sending {
  const then = { becomes: 'running', event: 'workflow.resumed' } as const
  return { to, message: { kind: 'resume' }, allowed: ['suspended'], ...then }
}
