import { StoreFullError } from '@dureq/types'

/** What a failed command means for whoever sent it. */
export type Failure =
  /** The script is not in the server's cache. */
  | 'noscript'
  /** The server is there, but not able to take the command now; it did not run. */
  | 'unready'
  /** No reply came; the command may have run. */
  | 'connection'
  /** The command is wrong: a bug. */
  | 'bug'

const UNREADY =
  /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|NOREPLICAS|UNBLOCKED|NOAUTH|WRONGPASS)/

/** Sorts an error of the client; a full server becomes StoreFullError at once. */
export function classifyFailure(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error)
  const isReply = error instanceof Error && error.name === 'ReplyError'
  if (!isReply) return /isn't writeable|Cluster isn't ready/.test(message) ? 'unready' : 'connection'
  if (message.startsWith('NOSCRIPT')) return 'noscript'
  if (message.startsWith('OOM') || message.includes('-OOM ')) throw new StoreFullError({ cause: error })
  return UNREADY.test(message) ? 'unready' : 'bug'
}
