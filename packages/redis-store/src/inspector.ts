import type { InspectorRole } from '@dureq/types'
import { readAudit } from './audit.ts'
import { dailyCounts } from './daily-counts.ts'
import { countJobs } from './listing/counts.ts'
import { listAllRuns } from './listing/list-all-runs.ts'
import { listDead } from './listing/list-dead.ts'
import { countInstances, listInstances } from './listing/list-instances.ts'
import { listJobs } from './listing/list-jobs.ts'
import { getRuns, listRuns } from './listing/list-runs.ts'
import { searchInstances } from './listing/search-instances.ts'
import { searchJobs } from './listing/search-jobs.ts'
import { parseServer } from './server-info.ts'
import type { Space } from './space.ts'
import { readKeyUsage } from './usage/key-usage.ts'
import { readQueues } from './usage/queues.ts'
import { readStanding } from './usage/standing.ts'

/** The `inspector` role on Redis. */
export function createInspector(space: Space): InspectorRole {
  return {
    listJobs: (filter, page) => listJobs(space, filter, page),
    listRuns: (id, limit) => listRuns(space, id, limit),
    getRuns: (ids) => getRuns(space, ids),
    countJobs: () => countJobs(space),
    listInstances: (kind, filter, page) => listInstances(space, kind, filter, page),
    countInstances: (kind) => countInstances(space, kind),
    dailyCounts: (days) => dailyCounts(space, days),
    listAllRuns: (filter, page) => listAllRuns(space, filter, page),
    listDead: (filter, page) => listDead(space, filter, page),
    search: (query, page) => searchJobs(space, query, page),
    searchInstances: (kind, query, page) => searchInstances(space, kind, query, page),
    standing: (id) => readStanding(space, id),
    audit: (id) => readAudit(space, id),
    queues: () => readQueues(space),
    key: (key) => readKeyUsage(space, key),
    async info() {
      const [now, told] = await Promise.all([space.now(), space.gateway.describe()])
      const servers = told.map(parseServer)
      const version = servers[0]?.sections['server']?.['redis_version'] ?? 'unknown'
      return { kind: 'redis', version, partitions: space.partitions.length, now, servers }
    },
  }
}
