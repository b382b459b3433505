import { StoreFullError } from '@dureq/types'

/** What a failed command means for whoever sent it. */
export type Failure =
  /** The server does not have the script. */
  | 'unknown'
  /** The server is there, but not able to take the command now; it did not run. */
  | 'unready'
  /** No reply came; the command may have run. */
  | 'connection'
  /** The command is wrong: a bug. */
  | 'bug'

const UNREADY =
  /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|NOREPLICAS|UNBLOCKED|NOAUTH|WRONGPASS)/

/** Whether the server refused a command because its memory is full. */
export function isOutOfMemory(error: unknown): boolean {
  const message = error instanceof Error ? error.message : String(error)
  return message.startsWith('OOM') || message.includes('-OOM ')
}

/** Sorts an error of the client; a full server becomes StoreFullError at once. */
export function classifyFailure(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error)
  const isReply = error instanceof Error && error.name === 'ReplyError'
  if (!isReply) return /isn't writeable|Cluster isn't ready/.test(message) ? 'unready' : 'connection'
  if (message === 'ERR Function not found') return 'unknown'
  if (isOutOfMemory(error)) throw new StoreFullError({ cause: error })
  return UNREADY.test(message) ? 'unready' : 'bug'
}
