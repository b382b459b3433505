import {
  type CallKey,
  type CommandOutcome,
  type CommandReply,
  cancelFiring,
  type Firing,
  isRecurring,
  type JobCommand,
  type Move,
  pauseFiring,
  purgeFiring,
  type Refused,
  reassignFiring,
  removeFiring,
  resumeFiring,
  retryFiring,
  updateFiringPayload,
} from '@dureq/types'
import { noteAct } from './audit.ts'
import type { Core } from './core.ts'
import { type EndedNote, endedOf, noteEnded } from './ended-note.ts'
import { isHiddenMember } from './hidden-members.ts'
import { holderOf, takeKey } from './keys.ts'
import { applyMove, removeStored } from './moves.ts'
import { callInPieces } from './piecewise-call.ts'
import { purgeStored } from './purge.ts'
import { isForbidden, obeyRecurring } from './recurring-command.ts'
import type { Step } from './step.ts'
import { isOfRecurring, type StoredFiring } from './stored-firing.ts'

/** One piece takes at most this many commands, ... */
const PIECE_COMMANDS = 200
/** ... and payloads of this many characters together. */
const PIECE_CHARACTERS = 4 * 1024 * 1024

/** An outcome that is not simply `done`, or firings that ended. */
type CommandNote =
  | { readonly index: number; readonly outcome: CommandOutcome }
  | { readonly ended: EndedNote }

/** Carries out orders: `JobsRole.command`. */
export async function commandJobs(
  core: Core,
  call: CallKey,
  commands: readonly JobCommand[],
): Promise<CommandReply> {
  const notes = await callInPieces<JobCommand, CommandNote>(core, {
    call,
    items: commands,
    patience: 'ordinary',
    weigh: (command) => 1 / PIECE_COMMANDS + payloadLength(command) / PIECE_CHARACTERS,
    work: commandPiece,
  })
  const outcomes: CommandOutcome[] = commands.map(() => ({ kind: 'done' }))
  for (const note of notes) if ('index' in note) outcomes[note.index] = note.outcome
  const ended = notes.flatMap((note) => ('ended' in note ? endedOf(note.ended) : []))
  return { outcomes, ended }
}

function payloadLength(command: JobCommand): number {
  return command.verb === 'updatePayload' ? command.payload.length : 0
}

function commandPiece(step: Step, commands: readonly JobCommand[], from: number): readonly CommandNote[] {
  const found = step.firings.byIds(commands.map((command) => command.id))
  const notes: CommandNote[] = []
  commands.forEach((command, i) => {
    const outcome = obey(step, found[i], command)
    if (outcome.kind !== 'done') notes.push({ index: from + i, outcome })
    else noteAct(step, found[i], command)
  })
  return [...notes, ...noteEnded(step.ended).map((ended) => ({ ended }))]
}

function obey(step: Step, stored: StoredFiring | undefined, command: JobCommand): CommandOutcome {
  // An earlier command of the same call may have removed it.
  if (stored === undefined || stored.firing.place.kind === 'gone') return { kind: 'unknown' }
  if (stored.owner !== undefined) {
    if (isHiddenMember(step.db, stored.seq)) return { kind: 'unknown' }
    if (ownersOnly.has(command.verb)) return { kind: 'owned', ownerId: stored.owner.instanceId }
  }
  if (isRecurring(stored.firing.job.schedule.type)) return obeyRecurring(step, stored, command)
  if (isOfRecurring(stored) && isForbidden(step, stored, command)) {
    return { kind: 'refused', status: stored.firing.status }
  }
  const move = decide(stored.firing, command, step.now)
  if (move.kind === 'refused') return { kind: 'refused', status: move.status }
  switch (command.verb) {
    case 'delete':
      removeStored(step, stored)
      return { kind: 'done' }
    case 'retry':
      return retryStored(step, stored, move)
    case 'purge':
      purgeStored(step, stored)
      return { kind: 'done' }
    case 'updatePayload':
      // A job of this very step is not written yet.
      step.firings.flush()
      step.db.run('UPDATE jobs SET payload = ? WHERE seq = ?', [command.payload, stored.seq])
      break
    case 'cancel':
      tellHolder(step, stored)
      break
    case 'reassignVersion':
    case 'pause':
    case 'resume':
      break
  }
  applyMove(step, stored, move)
  return { kind: 'done' }
}

/** The orders a member takes from its instance alone. */
const ownersOnly: ReadonlySet<JobCommand['verb']> = new Set(['retry', 'delete', 'purge', 'updatePayload'])

function decide(firing: Firing, command: JobCommand, now: number): Move | Refused {
  switch (command.verb) {
    case 'cancel':
      return cancelFiring(firing, command.reason, now)
    case 'retry':
      return retryFiring(firing, now)
    case 'pause':
      return pauseFiring(firing, now)
    case 'resume':
      return resumeFiring(firing, now)
    case 'delete':
      return removeFiring(firing, now)
    case 'updatePayload':
      return updateFiringPayload(firing, now)
    case 'purge':
      return purgeFiring(firing)
    case 'reassignVersion':
      return reassignFiring(firing, command.version, now)
  }
}

/** An ended job has given its unique key back: it begins again only if nobody else holds that. */
function retryStored(step: Step, stored: StoredFiring, move: Move): CommandOutcome {
  const { uniqueKey } = stored
  if (uniqueKey !== undefined) {
    const holder = holderOf(step.db, uniqueKey)
    if (holder !== undefined) return { kind: 'keyHeld', holder }
    takeKey(step.db, uniqueKey, stored.firing.job.id)
  }
  applyMove(step, stored, move)
  return { kind: 'done' }
}

function tellHolder(step: Step, { firing: { place } }: StoredFiring): void {
  if (place.kind === 'leased') step.news.cancelNodes.add(place.lease.nodeId)
}
