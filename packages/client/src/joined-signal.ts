/** A signal that several others, or its owner, can abort. */
export interface JoinedSignal {
  readonly signal: AbortSignal
  readonly abort: (reason?: unknown) => void
  /** Takes it off the others again. */
  readonly release: () => void
}

/**
 * A signal that aborts as soon as one of several does, with its reason. Unlike what AbortSignal.any makes, it can be
 * taken off a signal that lives much longer.
 */
export function joinSignals(signals: readonly (AbortSignal | undefined)[]): JoinedSignal {
  const joined = new AbortController()
  const detach: (() => void)[] = []
  for (const each of signals) {
    if (each === undefined) continue
    if (each.aborted) joined.abort(each.reason)
    const onAbort = (): void => joined.abort(each.reason)
    each.addEventListener('abort', onAbort, { once: true })
    detach.push(() => each.removeEventListener('abort', onAbort))
  }
  return {
    signal: joined.signal,
    abort: (reason) => joined.abort(reason),
    release: () => {
      for (const take of detach) take()
    },
  }
}

/** Settles as the promise does, or rejects with the signal's reason if that aborts first. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
