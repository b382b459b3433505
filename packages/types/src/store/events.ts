import type { EventType, JobEvent } from '../event.ts'
import type { JobStatus } from '../job-status.ts'
import type { WorkflowStatus } from '../workflow-status.ts'

/** Where a reader stands in the event log: opaque to callers, ordered only by the store that made it. */
export type EventPosition = string

/** Which events a reader wants; absent fields do not filter. */
export interface EventFilter {
  readonly types?: readonly EventType[]
  readonly jobId?: string
  readonly taskType?: string
  readonly workflowId?: string
}

/** Whether an event is one that a filter asks for. */
export function eventFits({ types, jobId, taskType, workflowId }: EventFilter, event: JobEvent): boolean {
  return (
    (types === undefined || types.includes(event.type)) &&
    (jobId === undefined || jobId === event.jobId) &&
    (taskType === undefined || taskType === event.taskType) &&
    (workflowId === undefined || workflowId === event.workflowId)
  )
}

/** One page of the log, oldest first. */
export interface EventPage {
  readonly events: readonly JobEvent[]
  /** Read on from here. */
  readonly position: EventPosition
  /** Events between the asked and the first returned position are gone. */
  readonly gap: boolean
  /** The page reached the end of the log. */
  readonly end: boolean
}

/** What a subscriber is given: the events and where it then stands, or word that some are gone. */
export type EventDelivery =
  | { readonly kind: 'event'; readonly event: JobEvent; readonly position: EventPosition }
  | { readonly kind: 'gap'; readonly position: EventPosition }

/** How far a watched job or instance is: its final status, or that it exists no more (`gone` if it was seen before). */
export interface WatchOutcome {
  readonly id: string
  readonly state:
    | Extract<JobStatus, 'completed' | 'dead' | 'cancelled'>
    | Extract<WorkflowStatus, 'failed' | 'continued'>
    | 'gone'
    | 'unknown'
}

/**
 * Tells what happened. The log keeps at least the newest 100,000 events of the last 24 hours. A position that is none of
 * its own makes `read` and `subscribe` reject with ValidationError (`after`).
 */
export interface EventsRole {
  /** A page after a position (absent: from the oldest kept), at most `limit` (1-1,000) events looked at. */
  read(after: EventPosition | undefined, filter: EventFilter, limit: number): Promise<EventPage>

  /** The newest events that fit the filter, newest first, looking at no more than `scan` entries. */
  newest(filter: EventFilter, limit: number, scan: number): Promise<readonly JobEvent[]>

  /** Where the log ends: whoever reads on from there is given what comes later, all of it. */
  latest(): Promise<EventPosition>

  /**
   * Events as they come, after a position (absent: from now), in order per job, until `signal` aborts. Nothing is
   * missed between read and subscribe; a position that is gone gives one `gap` first.
   */
  subscribe(
    filter: EventFilter,
    options: { readonly after?: EventPosition; readonly signal?: AbortSignal },
  ): AsyncIterable<EventDelivery>

  /**
   * Resolves once at least one of the jobs and instances has ended (or does not exist), with all that have by then; empty after
   * `timeoutMs` or when `signal` aborts. Looks at the state and notes the waiter in one step; looks again every 5 s.
   */
  watch(
    ids: readonly string[],
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<readonly WatchOutcome[]>
}
