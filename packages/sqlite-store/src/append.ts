import type { Append, AppendOutcome, CallKey } from '@dureq/types'
import { isTerminalWorkflowStatus } from '@dureq/types'
import type { Core } from './core.ts'
import { addItems, firstDuplicate, setOpen } from './items.ts'
import { callInPieces } from './piecewise-call.ts'
import type { Step } from './step.ts'
import type { StoredInstance } from './stored-instance.ts'

/** One piece takes at most this many parts and names together, ... */
const PIECE_THINGS = 1_500
/** ... and texts of this many characters. */
const PIECE_CHARACTERS = 4 * 1024 * 1024

/** Adds parts to open instances: `InstancesRole.append`. */
export function appendItems(
  core: Core,
  call: CallKey,
  appends: readonly Append[],
): Promise<readonly AppendOutcome[]> {
  return callInPieces<Append, AppendOutcome>(core, {
    call,
    items: appends,
    patience: 'ordinary',
    weigh: weightOf,
    work: (step, piece) => piece.map((append) => appendOne(step, append)),
  })
}

function weightOf({ parts, names }: Append): number {
  const characters = parts.reduce((sum, { text = '' }) => sum + text.length, 0)
  return (1 + parts.length + names.length) / PIECE_THINGS + characters / PIECE_CHARACTERS
}

function appendOne(step: Step, append: Append): AppendOutcome {
  const { id, from, names } = append
  const [stored] = step.instances.byIds(step, [id])
  // A group is filled by `collect` alone.
  if (stored === undefined || stored.kind === 'group') return { kind: 'unknown' }
  const { status, size, isOpen } = stored
  if (isTerminalWorkflowStatus(status)) return { kind: 'refused', status }
  if (!isOpen || size !== from) return { kind: 'elsewhere', size, open: isOpen }
  const name = firstDuplicate(step, stored, names)
  if (name !== undefined) return { kind: 'duplicate', name }
  carryOut(step, stored, append)
  return { kind: 'appended', size: stored.size }
}

function carryOut(step: Step, stored: StoredInstance, { parts, names, last, tell }: Append): void {
  addItems(step, stored, { parts, names })
  setOpen(step, stored, !last)
  stored.updatedAt = step.now
  const { size } = stored
  if (last || tell) step.instances.post(step, stored, { kind: 'appended', size, last })
}
