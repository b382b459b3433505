import type { InspectorRole } from '@dureq/types'
import { countJobs } from './listing/counts.ts'
import { countInstances, listInstances } from './listing/list-instances.ts'
import { listJobs } from './listing/list-jobs.ts'
import { getRuns, listRuns } from './listing/list-runs.ts'
import type { Space } from './space.ts'

/** The `inspector` role on Redis. */
export function createInspector(space: Space): InspectorRole {
  return {
    listJobs: (filter, page) => listJobs(space, filter, page),
    listRuns: (id, limit) => listRuns(space, id, limit),
    getRuns: (ids) => getRuns(space, ids),
    countJobs: () => countJobs(space),
    listInstances: (kind, filter, page) => listInstances(space, kind, filter, page),
    countInstances: (kind) => countInstances(space, kind),
    async info() {
      const [now, text] = await Promise.all([space.now(), space.read('INFO', 'server')])
      const version = /redis_version:(.+)\r/.exec(String(text))?.[1] ?? 'unknown'
      return { kind: 'redis', version, partitions: space.partitions.length, now }
    },
  }
}
