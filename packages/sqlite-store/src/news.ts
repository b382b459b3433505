import type { MailQueue } from '@dureq/types'
import type { LineGroup } from './line-group.ts'

/** What a step has changed that somebody may wait for. */
export interface News {
  /** The groups of lines that have grown, with by how many: what is put into a line and taken out again wakes nobody. */
  readonly grown: (readonly [group: LineGroup, by: number])[]
  /** Task types of which fewer jobs wait than before. */
  readonly shrunk: Set<string>
  /** Jobs and instances that have ended or are gone. */
  readonly endedJobs: string[]
  /** Nodes that are to abort a run. */
  readonly cancelNodes: Set<string>
  /** Nodes whose drain flag has changed. */
  readonly drainNodes: Set<string>
  /** Nodes that were taken off. */
  readonly goneNodes: Set<string>
  settings: boolean
  /** What the nodes can run has changed. */
  handlers: boolean
  /** A schedule may be due earlier than was known. */
  schedules: boolean
  /** How many instances have mail in a queue that can be received from now on. */
  readonly mail: Map<MailQueue, number>
  /** The earliest instant stored at which time alone moves something. */
  dueAt: number
  /** The last numbers drawn before the step, and those drawn after it. */
  readonly before: DrawnNumbers
  after: DrawnNumbers
}

/** The last numbers drawn. */
export interface DrawnNumbers {
  readonly ticket: number
  readonly event: number
}

/** No news yet. */
export function createNews(before: DrawnNumbers): News {
  return {
    grown: [],
    shrunk: new Set(),
    endedJobs: [],
    cancelNodes: new Set(),
    drainNodes: new Set(),
    goneNodes: new Set(),
    settings: false,
    handlers: false,
    schedules: false,
    mail: new Map(),
    dueAt: Number.POSITIVE_INFINITY,
    before,
    after: before,
  }
}
