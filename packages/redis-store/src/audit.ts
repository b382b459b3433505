import type { Actor, AuditEntry } from '@dureq/types'
import { livingInstances } from './instances/living-instances.ts'
import { readJobs } from './read-jobs.ts'
import type { Space } from './space.ts'

/** The acts kept of a job, firing, workflow or batch; see `InspectorRole.audit`. */
export async function readAudit(space: Space, id: string): Promise<readonly AuditEntry[]> {
  const partition = space.home(id)
  if (partition === undefined) return []
  const [[job], instances, ofJob, ofInstance] = await Promise.all([
    readJobs(space, partition, [id]),
    livingInstances(space, partition, [id]),
    space.read('LRANGE', partition.key('a', id), 0, -1),
    space.read('LRANGE', partition.key('ia', id), 0, -1),
  ])
  // The firings of a job that is gone are removed after it, and what stood below an instance after that one.
  if (job !== undefined) return (ofJob as string[]).map(toEntry)
  return instances.has(id) ? (ofInstance as string[]).map(toEntry) : []
}

function toEntry(text: string): AuditEntry {
  const [at = '', verb = '', by = ''] = text.split('\t', 3)
  return { at: Number(at), verb, ...(JSON.parse(by) as Actor) }
}
