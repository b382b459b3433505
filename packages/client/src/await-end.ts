import { type Clock, Faults, StoreUnavailableError, WaitTimeoutError } from '@dureq/types'
import type { ClientCore } from './core.ts'
import { joinSignals, orAborted } from './joined-signal.ts'

/** How long to wait, and what ends it early. */
export interface WaitOptions {
  /** Milliseconds; 0 only looks, `Infinity` waits for as long as it takes. Default: 30,000. */
  readonly timeoutMs?: number
  /** Ends the waiting, which then rejects with the reason of the signal. What was waited for goes on. */
  readonly signal?: AbortSignal
}

/** What a look at something that is to end has shown: its end, that it goes on as something else, or neither. */
export type Look<End> =
  | { readonly kind: 'open' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'ended'; readonly end: End }
  | { readonly kind: 'continued'; readonly as: string }

/** Something that is to end. */
export interface Awaited<End> {
  readonly id: string
  readonly look: (id: string) => Promise<Look<End>>
  /** What to throw when it is not there: `seen` says whether it was there at an earlier look. */
  readonly missing: (id: string, seen: boolean) => Error
}

/** The parts of a client that waiting takes. */
export type WaitingCore = Pick<ClientCore, 'life' | 'clock' | 'watching'>

/**
 * Waits until something ends. It looks at the state, never only for news of it, so that it cannot miss an end; once it has
 * seen it, it waits through outages of the store.
 *
 * @throws WaitTimeoutError; what `missing` makes; the reason of the signal.
 */
export async function awaitEnd<End>(
  core: WaitingCore,
  awaited: Awaited<End>,
  options: WaitOptions = {},
): Promise<End> {
  const { timeoutMs, signal } = readOptions(options)
  const { id } = awaited
  if (timeoutMs === 0) return await lookOnce(awaited)
  const { abort, release, ...joined } = joinSignals([core.life.signal, signal])
  const timer = startTimer(core.clock, timeoutMs, () => abort(new WaitTimeoutError(id, timeoutMs)))
  try {
    return await untilEnded(core, awaited, joined.signal)
  } finally {
    timer?.cancel()
    release()
  }
}

async function lookOnce<End>({ id, look, missing }: Awaited<End>): Promise<End> {
  for (let at = id, seen = false; ; seen = true) {
    const found = await look(at)
    if (found.kind === 'ended') return found.end
    if (found.kind === 'gone') throw missing(at, seen)
    if (found.kind === 'open') throw new WaitTimeoutError(id, 0)
    at = found.as
  }
}

async function untilEnded<End>(
  { watching }: WaitingCore,
  { id, look, missing }: Awaited<End>,
  signal: AbortSignal,
): Promise<End> {
  for (let at = id, seen = false; ; seen = true) {
    const found = await orAborted(look(at), signal).catch((error: unknown): Look<End> => {
      if (seen && StoreUnavailableError.is(error)) return { kind: 'open' }
      throw error
    })
    if (found.kind === 'ended') return found.end
    if (found.kind === 'gone') throw missing(at, seen)
    if (found.kind === 'continued') at = found.as
    else await watching.ended(at, signal)
  }
}

const DEFAULT_TIMEOUT_MS = 30_000

function startTimer(
  clock: Clock,
  ms: number,
  onTimeout: () => void,
): ReturnType<Clock['setTimeout']> | undefined {
  return ms === Number.POSITIVE_INFINITY ? undefined : clock.setTimeout(onTimeout, ms)
}

function readOptions(options: WaitOptions): WaitOptions & { readonly timeoutMs: number } {
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = options
  const faults = new Faults()
  if (typeof timeoutMs !== 'number' || !(timeoutMs >= 0))
    faults.add('timeoutMs', 'must be 0 or more milliseconds')
  faults.throwIfAny()
  return { ...options, timeoutMs }
}
