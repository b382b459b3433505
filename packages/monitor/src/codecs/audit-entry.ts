import type { AuditEntry } from '@dureq/client'
import { encodeInstant } from './instant.ts'

/** Something that happened to a task of a workflow, on the wire. */
export interface AuditEntryWire {
  readonly task_name: string
  readonly job_id: string
  readonly id: string
  readonly status: string
  readonly error?: string | undefined
  readonly timestamp: string
}

/** Writes an entry of the trail of a workflow. */
export function encodeAuditEntry(entry: AuditEntry): AuditEntryWire {
  return {
    task_name: entry.taskName,
    job_id: entry.jobId,
    id: entry.id,
    status: entry.status,
    error: entry.error,
    timestamp: encodeInstant(entry.timestamp),
  }
}
