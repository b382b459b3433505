import type { ClientCore } from './core.ts'
import { joinSignals } from './joined-signal.ts'
import type { RoomWait } from './room-options.ts'

/** Longest call of the store that waits. */
const CALL_MS = 60_000

/**
 * Waits for room for a job of the type and tries then, again and again until an attempt has found some.
 *
 * @param attempt resolves to undefined while there is none.
 * @returns what the attempt resolved to; undefined when the time was over first.
 * @throws the reason of the signal, or of the end of the client, when that comes first.
 */
export async function withRoom<Result>(
  { store, clock, life }: Pick<ClientCore, 'store' | 'clock' | 'life'>,
  { taskType, wait }: { readonly taskType: string; readonly wait: RoomWait },
  attempt: () => Promise<Result | undefined>,
): Promise<Result | undefined> {
  const until = clock.now() + wait.timeoutMs
  const joined = joinSignals([life.signal, wait.signal])
  const { signal } = joined
  try {
    signal.throwIfAborted()
    for (let left = wait.timeoutMs; left > 0; left = until - clock.now()) {
      await store.jobs.awaitRoom(taskType, { timeoutMs: Math.min(left, CALL_MS), signal })
      signal.throwIfAborted()
      const found = await attempt()
      if (found !== undefined) return found
    }
    return undefined
  } finally {
    joined.release()
  }
}
