import type { MailQueue, ReceiveReply } from '@dureq/types'
import type { EngineTools } from './engine-tools.ts'

/** Which mail an engine receives. */
export interface MailWanted {
  readonly queues: readonly MailQueue[]
  /** Leaves the outputs of ended jobs out. Default: false. */
  readonly withoutOutputs?: boolean
  /** Most instances of one round, 1-1,000. */
  readonly batchSize: number
  /** How long no other engine is given them, in ms. */
  readonly leaseMs: number
}

/** Somebody looks again within this time, whatever was missed. */
const LOOK_AGAIN_MS = 5_000

/** Receives mail once, of at most `batchSize` instances. */
export async function receiveMail(tools: EngineTools, wanted: MailWanted): Promise<ReceiveReply> {
  const { store, caller, nodeId, onEnded } = tools
  const { queues, withoutOutputs = false, batchSize: limit, leaseMs } = wanted
  const request = { nodeId, queues, withoutOutputs, limit, leaseMs }
  const reply = await caller.call((key) => store.mailboxes.receive(key, request))
  onEnded(reply.ended)
  return reply
}

/** How long an engine may rest for which there was no mail, in ms, counted from `passedMs` after the reply. */
export function restAfter(
  { now, nextAt = Number.POSITIVE_INFINITY }: Pick<ReceiveReply, 'now' | 'nextAt'>,
  passedMs: number,
): number {
  return Math.min(LOOK_AGAIN_MS, Math.max(0, nextAt - now - passedMs))
}
