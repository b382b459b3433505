import { createHash } from 'node:crypto'
import type { Fault } from '../errors/validation-error.ts'
import { ValidationError } from '../errors/validation-error.ts'
import { Faults } from '../faults.ts'
import type { JsonText } from '../json.ts'
import { defaultSizeLimits, type SizeLimits } from '../limits.ts'
import type { BatchPlan } from './batch.ts'
import { readPlan } from './read-plan.ts'

/** A definition as it is stored. */
export interface ResolvedBatch {
  /** Checked, and with nothing in it that has no meaning: lengths of time are ms, retry policies have all their fields. */
  readonly plan: BatchPlan
  /** Its JSON, with the fields in a fixed order. */
  readonly text: JsonText
  /** SHA-256 of the text, in hex: what it is stored under. */
  readonly hash: string
}

/** How a definition is checked. */
export interface ResolveBatchOptions {
  /** Default: `defaultSizeLimits`. Only that of payloads counts here. */
  readonly limits?: SizeLimits
}

/**
 * Checks the definition of a batch, whatever was passed in, and puts it into the form in which it is stored. That form
 * resolves to itself. Its items are passed over: `checkItem` is for them, as they come.
 *
 * @throws ValidationError naming every fault, as `chunkSize` or `itemRetryPolicy.jitter`.
 */
export function resolveBatch(definition: unknown, options?: ResolveBatchOptions): ResolvedBatch {
  const { plan, faults } = read(definition, options)
  if (plan === undefined || faults.length > 0) throw new ValidationError(faults)
  const text = JSON.stringify(plan)
  return { plan, text, hash: createHash('sha256').update(text).digest('hex') }
}

/** Everything that is wrong with a definition; nothing when `resolveBatch` accepts it. Never throws. */
export function checkBatch(definition: unknown, options?: ResolveBatchOptions): readonly Fault[] {
  return read(definition, options).faults
}

function read(
  definition: unknown,
  { limits = defaultSizeLimits }: ResolveBatchOptions = {},
): { readonly plan: BatchPlan | undefined; readonly faults: readonly Fault[] } {
  const faults = new Faults()
  try {
    return { plan: readPlan(definition, limits, faults), faults: faults.found }
  } catch (error) {
    // A value may do anything when it is looked at: its getters are code.
    faults.add('definition', `cannot be read: ${error instanceof Error ? error.message : 'it throws'}`)
    return { plan: undefined, faults: faults.found }
  }
}
