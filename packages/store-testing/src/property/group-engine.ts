import type { InstanceCommit, MailBag, MailQueue } from '@dureq/types'
import type { Bench } from '../bench.ts'
import { flushOf, messagesOf } from '../fixtures/groups.ts'
import { commitOf } from '../fixtures/instances.ts'
import { groupSettings } from './group-model.ts'
import type { Verdict } from './group-operations.ts'

/** The queue of the setting of this number. */
export function queueOf(number: number): MailQueue {
  return `group:${groupSettings[number % groupSettings.length]?.key ?? ''}`
}

/** All queues of these histories. */
export const groupQueues: readonly MailQueue[] = groupSettings.map((_, number) => queueOf(number))

/** The payload of a job that was made of a group. */
export interface MadeOfGroup {
  readonly group: string
  readonly messages: readonly string[]
}

/** What an engine of the histories keeps in the head of a group whose aggregator has thrown. */
export interface FailedGroup {
  readonly retryAt?: number
}

/** How long a group waits for the next try. */
const RETRY_MS = 700

/** What is to be decided about the groups that were received, at this time. */
export interface Decision {
  readonly verdict: Verdict
  readonly now: number
}

/** Decides what becomes of a group that was received. */
export async function decideGroup(
  bench: Bench,
  { head, messages }: MailBag,
  { verdict, now }: Decision,
): Promise<InstanceCommit> {
  const consumed = messages.length
  if (verdict === 'move') return commitOf(head, { queue: queueOf(head.version) })
  if (verdict === 'fail') {
    const retryAt = now + RETRY_MS
    const state: FailedGroup = { retryAt }
    return commitOf(head, {
      consumed,
      state: JSON.stringify(state),
      timers: [{ name: 'retry', dueAt: retryAt }],
    })
  }
  const made: MadeOfGroup = { group: head.id, messages: await messagesOf(bench, head) }
  return flushOf(head, JSON.stringify(made), { consumed }).order
}
