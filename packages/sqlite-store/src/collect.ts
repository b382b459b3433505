import type { CallKey, Collected, CollectOutcome } from '@dureq/types'
import type { Core } from './core.ts'
import { cutGroup, type OpenGroups, openGroups } from './group-instances.ts'
import { instanceDue } from './instance-codes.ts'
import { callInPieces } from './piecewise-call.ts'
import type { Step } from './step.ts'

/** One piece takes at most this many messages, ... */
const PIECE_MESSAGES = 400
/** ... and payloads of this many characters together. */
const PIECE_CHARACTERS = 4 * 1024 * 1024

/** Where a message went, or that nothing was done. */
type CollectNote = readonly [id: string, size: number] | 'stale'

/** Puts tasks into their groups: `InstancesRole.collect`. */
export async function collectTasks(
  core: Core,
  call: CallKey,
  { settingsVersion, messages }: Collecting,
): Promise<'stale' | readonly CollectOutcome[]> {
  const notes = await callInPieces<Collected, CollectNote>(core, {
    call,
    items: messages,
    patience: 'ordinary',
    weigh: ({ payload }) => 1 / PIECE_MESSAGES + payload.length / PIECE_CHARACTERS,
    work: (step, piece, from) =>
      // What goes on was begun under the settings it was asked for.
      from === 0 && step.numbers.settingsVersion !== settingsVersion ? ['stale'] : collectPiece(step, piece),
    isOver: (known) => known[0] === 'stale',
  })
  const outcomes: CollectOutcome[] = []
  for (const note of notes) {
    if (note === 'stale') return 'stale'
    outcomes.push({ id: note[0], size: note[1] })
  }
  return outcomes
}

/** What is asked of a collect. */
interface Collecting {
  readonly settingsVersion: number
  readonly messages: readonly Collected[]
}

function collectPiece(step: Step, messages: readonly Collected[]): readonly CollectNote[] {
  const groups = openGroups(step, messages)
  return messages.map((message) => collectOne(step, groups, message))
}

function collectOne(step: Step, groups: OpenGroups, message: Collected): CollectNote {
  const { id, payload, setting } = message
  const stored = groups.of(message)
  const text = `[${JSON.stringify(id)},${step.now},${payload}]`
  step.instances.parts.add(stored.seq, [{ name: `m:${stored.size}`, text }])
  stored.size++
  stored.queue = `group:${setting.key}`
  stored.updatedAt = step.now
  step.instances.changed(stored)
  if (stored.size >= setting.maxSize) cutGroup(step, stored)
  else {
    const at = Math.min(step.now + setting.gracePeriodMs, stored.createdAt + setting.maxDelayMs)
    stored.due = { class: instanceDue.cut, at }
    step.news.dueAt = Math.min(step.news.dueAt, at)
  }
  return [stored.id, stored.size]
}
