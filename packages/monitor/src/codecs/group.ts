import type { GroupInfo } from '@dureq/client'
import { encodeInstant, encodeOptionalInstant } from './instant.ts'

/** A group on the wire; all but `name` and `size` is ours. */
export interface GroupWire {
  readonly name: string
  readonly size: number
  readonly task_type: string
  readonly created_at: string
  readonly attempts?: number | undefined
  readonly error?: string | undefined
  readonly retry_at?: string | undefined
}

/** Writes a group. */
export function encodeGroup(group: GroupInfo): GroupWire {
  return {
    name: group.name,
    size: group.size,
    task_type: group.taskType,
    created_at: encodeInstant(group.createdAt),
    attempts: group.attempts || undefined,
    error: group.error,
    retry_at: encodeOptionalInstant(group.retryAt),
  }
}
