import type { InstanceMessage, Sending, SendOutcome, WorkflowStatus } from '@dureq/types'

/** What `lua/lib/sending.lua` takes of a message. */
export function sendingArgs({ to, message, allowed, becomes, event, by }: Sending): readonly string[] {
  const act = by === undefined ? '' : `${message.kind}\t${JSON.stringify(by)}`
  return [to, allowed.join(','), becomes ?? '', event ?? '', ...messageArgs(message), act]
}

function messageArgs(message: InstanceMessage): readonly string[] {
  if (message.kind !== 'signal') return [JSON.stringify(message), '', '']
  const { id, name, payload = '', dedupeKey } = message
  const dedupe = dedupeKey === undefined ? '' : JSON.stringify(dedupeKey)
  const text = [id, JSON.stringify(name), dedupe, payload].join('\n')
  return [text, id, dedupeKey === undefined ? '' : `k${dedupeKey}`]
}

/** What became of a message. */
export function readSendOutcome(text: string): SendOutcome {
  const [kind, status, continuedTo] = text.split(':')
  if (kind !== 'refused') return { kind: kind as 'recorded' | 'unknown' | 'duplicate' | 'full' }
  return { kind, status: status as WorkflowStatus, ...(continuedTo ? { continuedTo } : {}) }
}
