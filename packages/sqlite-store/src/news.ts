import type { LineName } from './lines.ts'

/** What a step has changed that somebody may wait for. */
export interface News {
  /** By how many each line has grown or shrunk. */
  readonly growth: LineGrowth
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
  /** The last numbers drawn before the step, and those drawn after it. */
  readonly before: DrawnNumbers
  after: DrawnNumbers
}

/** By how many lines have grown: what a step puts into a line and takes out again wakes nobody. */
interface LineGrowth {
  add(line: LineName, by: number): void
  /** The lines that have grown, with by how many. */
  grown(): Iterable<readonly [line: LineName, by: number]>
}

function createLineGrowth(): LineGrowth {
  const growth = new Map<string, [line: LineName, by: number]>()
  return {
    add(line, by) {
      const key = JSON.stringify([line.tier, line.type, line.version])
      const known = growth.get(key)
      if (known === undefined) growth.set(key, [line, by])
      else known[1] += by
    },
    grown: () => [...growth.values()].filter(([, by]) => by > 0),
  }
}

/** The last numbers drawn. */
export interface DrawnNumbers {
  readonly ticket: number
  readonly event: number
}

/** No news yet. */
export function createNews(before: DrawnNumbers): News {
  return {
    growth: createLineGrowth(),
    endedJobs: [],
    cancelNodes: new Set(),
    drainNodes: new Set(),
    goneNodes: new Set(),
    settings: false,
    dueAt: Number.POSITIVE_INFINITY,
    before,
    after: before,
  }
}
