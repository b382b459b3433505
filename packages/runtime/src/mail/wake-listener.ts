import type { MailQueue } from '@dureq/types'
import { createLoop, type Loop } from '../loop.ts'
import type { EngineTools } from './engine-tools.ts'

/** What a wake listener needs besides. */
export interface WakeListenerOptions extends EngineTools {
  readonly queues: readonly MailQueue[]
  /** There may be mail. */
  readonly onMail: () => void
  /** Something is due earlier than was known. */
  readonly onDue: () => void
}

/** The store may lose a wake when it fails over; nobody waits longer than this for having lost one. */
const LOOK_AGAIN_MS = 5_000

/** Keeps one `wait` outstanding: how an engine learns of mail. */
export function createWakeListener(options: WakeListenerOptions): Loop {
  const { store, nodeId, queues: mailboxes, clock, random, logger, onMail, onDue } = options
  const round = async (signal: AbortSignal): Promise<number> => {
    const reasons = await store.runs.wait({ nodeId, mailboxes }, { timeoutMs: LOOK_AGAIN_MS, signal })
    for (const { kind } of reasons) {
      if (kind === 'mail') onMail()
      if (kind === 'due') onDue()
    }
    return 0
  }
  return createLoop({ clock, random, logger, round })
}
