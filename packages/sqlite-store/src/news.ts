import type { LineName } from './lines.ts'

/** What a step has changed that somebody may wait for. */
export interface News {
  /** Lines somebody has joined, with how many. */
  readonly arrivals: { readonly line: LineName; readonly count: number }[]
  /** Jobs that have ended or are gone. */
  readonly endedJobs: string[]
  /** Nodes that are to abort a run. */
  readonly cancelNodes: Set<string>
  /** Nodes whose drain flag has changed. */
  readonly drainNodes: Set<string>
  /** Nodes that were taken off. */
  readonly goneNodes: Set<string>
  settings: boolean
  /** The earliest instant stored at which time alone moves something. */
  dueAt: number
  /** The last numbers drawn. */
  ticket: number
  event: number
}

/** No news. */
export function createNews(): News {
  return {
    arrivals: [],
    endedJobs: [],
    cancelNodes: new Set(),
    drainNodes: new Set(),
    goneNodes: new Set(),
    settings: false,
    dueAt: Number.POSITIVE_INFINITY,
    ticket: 0,
    event: 0,
  }
}
