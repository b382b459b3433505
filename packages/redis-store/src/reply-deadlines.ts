import type { Clock, Timer } from '@dureq/types'

/** Watches that replies come in time, with one timer for all of them. */
export interface ReplyDeadlines {
  /** Calls `onLate` when it is so late (epoch ms) and the returned function was not called before. */
  watch(deadline: number, onLate: () => void): () => void
  /** Watches no more. */
  stop(): void
}

interface Watched {
  readonly deadline: number
  readonly onLate: () => void
}

/** Calls are answered in milliseconds and given up after seconds: a timer of its own would cost each more than its send. */
export function createReplyDeadlines(clock: Clock): ReplyDeadlines {
  const watched = new Set<Watched>()
  let timer: Timer | undefined

  const lookIn = (ms: number): void => {
    timer = clock.setTimeout(look, ms)
  }

  const look = (): void => {
    timer = undefined
    const now = clock.now()
    let next = Number.POSITIVE_INFINITY
    for (const each of watched) {
      if (each.deadline > now) {
        next = Math.min(next, each.deadline)
        continue
      }
      watched.delete(each)
      each.onLate()
    }
    if (next < Number.POSITIVE_INFINITY) lookIn(next - now)
  }

  return {
    watch(deadline, onLate) {
      const each = { deadline, onLate }
      watched.add(each)
      if (timer === undefined) lookIn(Math.max(0, deadline - clock.now()))
      return () => watched.delete(each)
    },
    stop() {
      timer?.cancel()
      watched.clear()
    },
  }
}
