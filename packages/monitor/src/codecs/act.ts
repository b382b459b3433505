import type { AuditEntry } from '@dureq/types'
import { wireName } from './field-names.ts'
import { encodeInstant } from './instant.ts'

/** An order to a workflow or batch, and who gave it, on the wire. */
export interface ActWire {
  readonly timestamp: string
  /** `cancel`, `signal`, ... */
  readonly verb: string
  readonly who?: string | undefined
  readonly from?: string | undefined
  readonly why?: string | undefined
}

/** Writes an act. */
export function encodeAct({ at, verb, who, from, why }: AuditEntry): ActWire {
  return { timestamp: encodeInstant(at), verb: wireName(verb), who, from, why }
}
