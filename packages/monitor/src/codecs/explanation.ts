import type { Explanation, WaitReason } from '@dureq/types'
import { encodeInstant } from './instant.ts'

/** Why a job is not running, on the wire. */
export interface ExplanationWire {
  readonly job_id: string
  readonly status: string
  readonly text: string
  readonly reasons: readonly ReasonWire[]
}

/** A reason: its kind and the data behind it; names are in snake case, moments RFC 3339. */
type ReasonWire = { readonly kind: string } & Readonly<Record<string, unknown>>

/** Writes an explanation. */
export function encodeExplanation({ jobId, status, text, reasons }: Explanation): ExplanationWire {
  return { job_id: jobId, status, text, reasons: reasons.map(encodeReason) }
}

function encodeReason(reason: WaitReason): ReasonWire {
  const { kind, ...data } = reason
  const members = Object.entries(data).map(([name, value]) => [snake(name), encodeValue(name, value)])
  return { kind: snake(kind), ...Object.fromEntries(members) }
}

const moments: ReadonlySet<string> = new Set(['since', 'until', 'resumeAt', 'nextRunAt'])

function encodeValue(name: string, value: unknown): unknown {
  if (typeof value === 'number' && moments.has(name)) return encodeInstant(value)
  if (name === 'reasons') return (value as readonly WaitReason[]).map(encodeReason)
  return encodeNames(value)
}

/** Objects inside, which are holders of keys, under the names of the wire. */
function encodeNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(encodeNames)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [snake(name), encodeNames(member)]))
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
