import type { Clock, EventDelivery, EventPosition, EventsRole } from '@dureq/types'
import { ChangedWorkflows } from './changed-workflows.ts'
import { eventFrame, type Frame, gapFrame } from './frame.ts'
import type { FrameRing } from './frame-ring.ts'

/** What catching up needs. */
export interface CatchUpOptions {
  readonly events: Pick<EventsRole, 'subscribe'>
  readonly clock: Clock
  readonly ring: FrameRing
  /** Ends it early. */
  readonly signal: AbortSignal
}

/** Workflows that are told to have changed together. */
const MOST_CHANGED = 100

/**
 * Reads the log from a position that the ring does not have until one that it has, and says at which place to read on
 * there; undefined when the signal ended it before. Order and positions are those of any subscription, so nothing is
 * missed and nothing told twice.
 */
export async function* catchUp(
  after: EventPosition,
  { events, clock, ring, signal }: CatchUpOptions,
): AsyncGenerator<readonly Frame[], number | undefined> {
  const changed = new ChangedWorkflows()
  for await (const delivery of events.subscribe({}, { after, signal })) {
    yield [frameOf(delivery)]
    const place = ring.placeAfter(delivery.position)
    if (place !== undefined || changed.size >= MOST_CHANGED) yield changed.take(delivery.position)
    if (place !== undefined) return place
  }
  return undefined

  function frameOf(delivery: EventDelivery): Frame {
    if (delivery.kind === 'gap') return gapFrame({ timestamp: clock.now() }, delivery.position)
    changed.note(delivery.event)
    return eventFrame(delivery.event, delivery.position)
  }
}
