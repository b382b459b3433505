import type { Clock, GroupAggregator, InstanceHead, JsonValue } from '@dureq/types'

/** The messages of one group, to be put together. */
export interface Aggregation {
  readonly head: InstanceHead
  readonly taskType: string
  readonly attempt: number
  readonly payloads: readonly JsonValue[]
  readonly aggregator: GroupAggregator
}

/** How long it may take, and what ends it early. */
export interface AggregationBounds {
  readonly clock: Clock
  readonly timeoutMs: number
  /** The node stops without waiting any longer. */
  readonly stopping: AbortSignal
}

/**
 * What the aggregator makes of the messages.
 *
 * @throws what the aggregator throws, or why it was not waited for.
 */
export async function aggregate(
  { head, taskType, attempt, payloads, aggregator }: Aggregation,
  { clock, timeoutMs, stopping }: AggregationBounds,
): Promise<JsonValue> {
  const late = new AbortController()
  const error = new Error(`the aggregator took longer than ${timeoutMs} ms`)
  const timer = clock.setTimeout(() => late.abort(error), timeoutMs)
  const signal = AbortSignal.any([late.signal, stopping])
  try {
    const context = { taskType, attempt, signal }
    const made = Promise.resolve().then(() => aggregator(head.name, payloads, context))
    return await Promise.race([made, rejectedBy(signal)])
  } finally {
    timer.cancel()
  }
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
