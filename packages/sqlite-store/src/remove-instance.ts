import { type CallKey, cancelFiring, isTerminalWorkflowStatus, type RemoveOutcome } from '@dureq/types'
import { statusCode } from './codes.ts'
import type { Core } from './core.ts'
import type { MemberQuery } from './firing-table.ts'
import { instanceDue, kindCode } from './instance-codes.ts'
import { forgetInstance } from './instance-requests.ts'
import { applyMove } from './moves.ts'
import { callInPieces } from './piecewise-call.ts'
import type { Step } from './step.ts'
import type { StoredFiring } from './stored-firing.ts'
import { isRoot, type StoredInstance } from './stored-instance.ts'

/** One piece removes at most this many instances. */
const PIECE_INSTANCES = 200

type RemoveNote = readonly [index: number, outcome: RemoveOutcome]

/** Removes ended instances: `InstancesRole.remove`. */
export async function removeInstances(
  core: Core,
  call: CallKey,
  ids: readonly string[],
): Promise<readonly RemoveOutcome[]> {
  const notes = await callInPieces<string, RemoveNote>(core, {
    call,
    items: ids,
    patience: 'ordinary',
    weigh: () => 1 / PIECE_INSTANCES,
    work: (step, piece, from) =>
      piece.flatMap((id, i): readonly RemoveNote[] => {
        const outcome = removeOne(step, id)
        return outcome.kind === 'done' ? [] : [[from + i, outcome]]
      }),
  })
  const outcomes: RemoveOutcome[] = ids.map(() => ({ kind: 'done' }))
  for (const [index, outcome] of notes) outcomes[index] = outcome
  return outcomes
}

function removeOne(step: Step, id: string): RemoveOutcome {
  const [stored] = step.instances.byIds(step, [id])
  if (stored === undefined) return { kind: 'unknown' }
  const { parent, status } = stored
  if (parent !== undefined && !isRoot(stored)) return { kind: 'owned', ownerId: parent.id }
  if (!isTerminalWorkflowStatus(status)) return { kind: 'refused', status }
  removeInstance(step, stored)
  return { kind: 'done' }
}

/**
 * Makes an instance invisible with all it owns; slices of it are taken away from now on. Members that have not ended, such
 * as hooks, are cancelled.
 */
export function removeInstance(step: Step, stored: StoredInstance): void {
  stored.isRemoved = true
  stored.collects = undefined
  stored.due = { class: instanceDue.slice, at: step.now }
  forgetInstance(step, stored)
  step.instances.changed(stored)
  step.instances.flush(step)
  step.db.run('UPDATE instances SET kind = ? WHERE seq = ?', [kindCode(stored.kind, true), stored.seq])
  for (const each of step.firings.members(unfinished, [stored.seq])) cancelMember(step, each)
  step.db.run('DELETE FROM signal_keys WHERE instance = ?', [stored.seq])
  step.news.endedJobs.push(stored.id)
}

const ends = [statusCode('completed'), statusCode('dead'), statusCode('cancelled')].join(', ')

const unfinished: MemberQuery = {
  from: 'instances i CROSS JOIN members m ON m.instance = i.seq',
  where: `i.root = ? AND i.open_jobs > 0 AND f.status NOT IN (${ends})`,
}

/** Cancels a member; one that has ended stays as it is. */
export function cancelMember(step: Step, stored: StoredFiring, reason?: string): void {
  const move = cancelFiring(stored.firing, reason, step.now)
  if (move.kind !== 'moved') return
  const { place } = stored.firing
  if (place.kind === 'leased') step.news.cancelNodes.add(place.lease.nodeId)
  applyMove(step, stored, move)
}
