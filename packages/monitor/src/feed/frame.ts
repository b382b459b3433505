import { type EventPosition, type EventType, eventTypes, type JobEvent } from '@dureq/types'
import { encodeEvent } from '../codecs/event.ts'
import { encodeInstant } from '../codecs/instant.ts'

/** The type of a frame. `events.gap` is told to everybody concerned, asked for or not. */
export type FrameType = EventType | 'workflow.updated' | 'events.gap'

/** What listeners can ask for: the events of the log, and word that a workflow is another than before. */
export const frameTypes: readonly FrameType[] = [...eventTypes, 'workflow.updated']

/** What listeners are sent: written once, however many they are, and only if one of them takes it. */
export interface Frame {
  readonly type: FrameType
  /** Where whoever has seen it stands in the log. */
  readonly position: EventPosition
  readonly json: () => string
  /** The same with the member `position`. */
  readonly positioned: () => string
}

/** The frame of an event. */
export function eventFrame(event: JobEvent, position: EventPosition): Frame {
  return createFrame(event.type, position, () => encodeEvent(event))
}

/** Says that something of a workflow has changed, under the workflow's own id as `job_id`. */
export function updatedFrame(
  { id, timestamp }: { readonly id: string; readonly timestamp: number },
  position: EventPosition,
): Frame {
  const type = 'workflow.updated'
  return createFrame(type, position, () => ({
    type,
    job_id: id,
    timestamp: encodeInstant(timestamp),
    workflow_id: id,
  }))
}

/** Says that events are missing, how many if that is known, and after which position it goes on. */
export function gapFrame(
  { timestamp, missed }: { readonly timestamp: number; readonly missed?: number | undefined },
  position: EventPosition,
): Frame {
  const type = 'events.gap'
  return createFrame(type, position, () => ({ type, timestamp: encodeInstant(timestamp), missed, position }))
}

function createFrame(type: FrameType, position: EventPosition, encode: () => object): Frame {
  let json: string | undefined
  let positioned: string | undefined
  return {
    type,
    position,
    json: () => {
      json ??= JSON.stringify(encode())
      return json
    },
    positioned: () => {
      positioned ??= JSON.stringify({ ...encode(), position })
      return positioned
    },
  }
}
