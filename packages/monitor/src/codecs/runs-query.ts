import type { ListRunsOptions } from '@dureq/client'
import { Faults, parseInstant, present, type RunStatus } from '@dureq/types'
import { decodePageQuery, type PageQueryWire } from './page-query.ts'

/** The query of the list of runs; moments are RFC 3339. An empty value counts as none. */
export interface RunsQueryWire extends PageQueryWire {
  readonly status?: string
  readonly job_id?: string
  readonly node_id?: string
  readonly task_type?: string
  readonly since?: string
  readonly until?: string
}

/** The names of its parameters. */
export const runsQueryNames: readonly string[] = [
  'limit',
  'offset',
  'sort',
  'cursor',
  'status',
  'job_id',
  'node_id',
  'task_type',
  'since',
  'until',
]

/**
 * The runs a query asks for; whether there is such a status, the client checks. `until` is included.
 *
 * @throws ValidationError for what is no moment.
 */
export function decodeRunsQuery(wire: RunsQueryWire): ListRunsOptions {
  const faults = new Faults()
  const since = readMoment(wire.since, 'since', faults)
  const until = readMoment(wire.until, 'until', faults)
  faults.throwIfAny()
  return {
    ...decodePageQuery(wire),
    ...present({
      status: (wire.status || undefined) as RunStatus | undefined,
      jobId: wire.job_id || undefined,
      nodeId: wire.node_id || undefined,
      taskType: wire.task_type || undefined,
      from: since,
      to: until === undefined ? undefined : until + 1,
    }),
  }
}

function readMoment(value: string | undefined, field: string, faults: Faults): number | undefined {
  return value ? faults.attempt(() => parseInstant(value, field)) : undefined
}
