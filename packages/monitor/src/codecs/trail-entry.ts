import type { TrailEntry } from '@dureq/types'
import { wireName } from './field-names.ts'
import { encodeInstant } from './instant.ts'

/** A line of the audit trail of a job, on the wire. */
export interface TrailEntryWire {
  readonly id: string
  /** Of an act: what was asked for, as `cancel` or `reassign_version`. */
  readonly status: string
  readonly error?: string | undefined
  readonly timestamp: string
  readonly run_id?: string | undefined
  readonly who?: string | undefined
  readonly from?: string | undefined
  readonly why?: string | undefined
}

/** Writes a line of a trail. */
export function encodeTrailEntry(entry: TrailEntry): TrailEntryWire {
  return {
    id: entry.id,
    status: entry.status ?? wireName(entry.act ?? ''),
    error: entry.error,
    timestamp: encodeInstant(entry.timestamp),
    run_id: entry.runId,
    who: entry.who,
    from: entry.from,
    why: entry.why,
  }
}
