import type { Clock, Settings } from '@dureq/types'
import { createQuietCalls, type QuietCalls } from './call-lanes.ts'
import type { Connection } from './connection.ts'
import { createFlowRules, type FlowRules } from './flow-rules.ts'
import type { Hub } from './hub.ts'
import { followMemberEnd } from './member-ends.ts'
import type { Numbers } from './numbers.ts'
import { createPersist, type PatienceOptions } from './patience.ts'
import { createMemory, type Recall } from './recall.ts'
import { recurringFollower } from './recurring-moves.ts'
import { createRetentionPace, type RetentionPace } from './retention-pace.ts'
import { readSettings } from './settings-table.ts'
import { beginStep, type KnownSettings, type Step } from './step.ts'
import { readTiers } from './tiers.ts'
import { createServedTypes } from './unserved.ts'
import { type Change, createWriteQueue } from './write-queue.ts'

/** What the roles of one store share: its connection, its time, and how to read and change what is stored. */
export interface Core {
  readonly db: Connection
  /** Decides every time that is stored. */
  readonly clock: Clock
  readonly hub: Hub
  readonly quiet: QuietCalls
  readonly pace: RetentionPace
  /** Aborts when the store is closed. */
  readonly closed: AbortSignal
  /** Looks at what is stored. What one `look` reads belongs together only as far as one query reads it. */
  read<T>(look: (db: Connection, now: number) => T): Promise<T>
  /** Changes what is stored, wholly or not at all; who waits for it is told when it is done. */
  write<T>(change: Change<T>): Promise<T>
  /** Carries out at once what was asked for, if it can be. */
  flush(): void
  /** What was known to be stored a moment ago: a hint. */
  hint(): Recall | undefined
  /** The settings as a step or a look finds them. */
  settingsOf(numbers: Numbers): Settings
  /** What they say of how work flows. */
  rulesOf(numbers: Numbers): FlowRules
}

/** What a core is made of. */
export interface CoreOptions {
  readonly db: Connection
  readonly clock: Clock
  readonly hub: Hub
  readonly patience: PatienceOptions
}

/** Puts a core together. */
export function createCore({ db, clock, hub, patience }: CoreOptions): Core {
  let known: (KnownSettings & { readonly version: number }) | undefined
  const knownOf = ({ settingsVersion }: Numbers): KnownSettings => {
    if (known?.version !== settingsVersion) {
      const { version, settings } = readSettings(db)
      known = { version, settings, rules: createFlowRules(settings, readTiers(db)) }
    }
    return known
  }
  const served = createServedTypes(hub.matchers)
  const memory = createMemory(db)
  const pace = createRetentionPace()
  const persist = createPersist(patience)
  const transact = (changes: readonly Work[]): readonly unknown[] => {
    const { step, answers } = commit(changes)
    hub.publish(step.news, step.now)
    return answers
  }
  const commit = (changes: readonly Work[]): Worked => {
    try {
      return db.transact(() => carryOut(changes))
    } catch (error) {
      memory.forget()
      known = undefined
      served.forget()
      throw error
    }
  }
  const carryOut = (changes: readonly Work[]): Worked => {
    const recall = memory.recall()
    const step = beginStep({
      db,
      recall,
      now: clock.now(),
      known: knownOf(recall.numbers),
      served,
      pace,
      follower: recurringFollower,
      onMemberEnd: followMemberEnd,
    })
    const answers = changes.map((work) => {
      step.ended.length = 0
      return work(step)
    })
    step.finish()
    return { step, answers }
  }
  const queue = createWriteQueue({ ...patience, transact })
  return {
    db,
    clock,
    hub,
    quiet: createQuietCalls(),
    pace,
    closed: patience.signal,
    read: (look) => persist(() => look(db, clock.now())),
    write: (change) => queue.write(change),
    flush: () => queue.flush(),
    hint: memory.hint,
    settingsOf: (numbers) => knownOf(numbers).settings,
    rulesOf: (numbers) => knownOf(numbers).rules,
  }
}

type Work = (step: Step) => unknown

/** What a transaction has done. */
interface Worked {
  readonly step: Step
  readonly answers: readonly unknown[]
}
