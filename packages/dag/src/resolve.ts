import { createHash } from 'node:crypto'
import {
  CyclicDependencyError,
  defaultSizeLimits,
  type Fault,
  Faults,
  type JsonText,
  type SizeLimits,
  ValidationError,
  type WorkflowDefinition,
} from '@dureq/types'
import { type Beginning, beginningOf } from './beginning.ts'
import { noteResolved, recallResolved } from './known-definitions.ts'
import { readDefinition } from './read-definition.ts'
import { createReading, MAX_DEFINITION_BYTES, type Reading } from './reading.ts'

/** A definition as it is stored. */
export interface ResolvedWorkflow {
  /** Checked, and with nothing in it that has no meaning: lengths of time are ms, the retry policy has all its fields. */
  readonly definition: WorkflowDefinition
  /** Its JSON, with the fields in a fixed order. */
  readonly text: JsonText
  /** SHA-256 of the text, in hex: what it is stored under. */
  readonly hash: string
  /** How workflows of it begin. */
  readonly beginning: Beginning
}

/** How a definition is checked. */
export interface ResolveOptions {
  /** Default: `defaultSizeLimits`. Only that of payloads counts here. */
  readonly limits?: SizeLimits
}

/**
 * Checks a definition, whatever was passed in, and puts it into the form in which it is stored. That form is a definition
 * too, and resolves to itself. Fields a definition does not have are left out; a task must not have any.
 *
 * @throws CyclicDependencyError when circles of dependencies are all that is wrong with it.
 * @throws ValidationError naming every fault, each with its task, as `tasks[3].dependsOn[0]: task "charge": ...`.
 */
export function resolveWorkflow(
  definition: unknown,
  { limits = defaultSizeLimits }: ResolveOptions = {},
): ResolvedWorkflow {
  return recallResolved(definition, limits) ?? resolveAnew(definition, limits)
}

function resolveAnew(definition: unknown, limits: SizeLimits): ResolvedWorkflow {
  const { resolved, faults, circles } = read(definition, { limits })
  const [circle] = circles
  if (circle !== undefined && circles.length === faults.found.length) {
    throw new CyclicDependencyError(circle.workflowName, circle.tasks)
  }
  if (resolved === undefined) throw new ValidationError(faults.found)
  noteResolved(definition, limits, resolved)
  return resolved
}

/** Everything that is wrong with a definition; nothing when `resolveWorkflow` accepts it. Never throws. */
export function checkWorkflow(definition: unknown, options?: ResolveOptions): readonly Fault[] {
  return read(definition, options).faults.found
}

/**
 * The stored form of a child.
 *
 * @param definition taken from a definition that was resolved, so it needs no checks.
 */
export function childDefinition(definition: WorkflowDefinition): ResolvedWorkflow {
  const text = JSON.stringify(definition)
  const hash = createHash('sha256').update(text).digest('hex')
  return { definition, text, hash, beginning: beginningOf(definition) }
}

/** What came of a reading; `resolved` is given when there are no faults. */
interface Outcome {
  readonly resolved?: ResolvedWorkflow
  readonly faults: Faults
  readonly circles: Reading['circles']
}

function read(value: unknown, { limits = defaultSizeLimits }: ResolveOptions = {}): Outcome {
  const faults = new Faults()
  const reading = createReading(limits, readDefinition)
  const definition = readSafely(value, reading, faults)
  const isGood = faults.found.length === 0 && !reading.room.isOver
  const resolved = isGood && definition ? childDefinition(definition) : undefined
  const size = resolved === undefined ? 0 : Buffer.byteLength(resolved.text)
  const tooLarge = reading.room.isOver || size > MAX_DEFINITION_BYTES
  if (tooLarge) faults.add('definition', 'must not be more than 16 MiB of JSON', MAX_DEFINITION_BYTES)
  return { faults, circles: reading.circles, ...(resolved && !tooLarge && { resolved }) }
}

/** A value may do anything when it is looked at: its getters are code. */
function readSafely(value: unknown, reading: Reading, faults: Faults): WorkflowDefinition | undefined {
  try {
    return readDefinition({ value, field: '', depth: 0 }, reading, faults)
  } catch (error) {
    faults.add('definition', `cannot be read: ${error instanceof Error ? error.message : 'it throws'}`)
    return undefined
  }
}
