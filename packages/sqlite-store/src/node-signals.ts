import type { MailQueue } from '@dureq/types'
import type { Matcher } from './handler-sets.ts'
import type { GroupName } from './line-group.ts'

/**
 * Why a waiting node is woken: three reasons are the news themselves, `received` lets it look for mail, `look` for anything
 * but work and mail, which are for one of those who wait.
 */
export type Nudge = 'work' | 'mail' | 'due' | 'received' | 'look'

/** A node that waits for a reason to act. */
export interface Sleeper {
  readonly nodeId: string
  /** Tells what it can run; undefined when it does not ask for work. */
  readonly matcher: Matcher | undefined
  /** The queues whose mail it is told of. */
  readonly mailboxes: readonly MailQueue[]
  nudge(nudge: Nudge): void
}

/** What this process remembers of a node between its calls. */
export interface NodeMemory {
  /** Its last claim saw everything up to this ticket and left nothing it can run; -1 when there may be more. */
  asleepSince: number
  /** Its last receive found less than it asked for, up to this ticket, and it was told of no mail since; else undefined. */
  mailSince: number | undefined
  /** Tokens whose cancel it was told of. */
  readonly toldCancels: Set<string>
  /** The drain flag and the version of the settings it knows. */
  draining: boolean | undefined
  settingsVersion: number | undefined
  /** How often a schedule had become due earlier when it was last told. */
  schedulesSeen: number | undefined
}

/** The nodes of this process: what each knows, and which of them wait. */
export interface NodeSignals {
  memoryOf(nodeId: string): NodeMemory
  forget(nodeId: string): void
  /** Its last claim found less than it asked for. */
  isAsleep(nodeId: string, ticket: number): void
  /** Its last claim found all it asked for, so there may be more. */
  isAwake(nodeId: string): void
  /** Its last receive found less than it asked for if a ticket is given: up to that one it looked. */
  hasReceived(nodeId: string, ticket: number | undefined): void
  /** Lets a node wait; the function it returns ends that. */
  wait(sleeper: Sleeper): () => void
  /** Wakes one node for each new job it can run: those first who wait longest. */
  wakeForWork(line: Pick<GroupName, 'type' | 'version'>, jobs: number): void
  /** Wakes one node for each instance that has mail in this queue: those first who wait longest. */
  wakeForMail(queue: MailQueue, instances: number): void
  /** Wakes one node for an earlier due time; false when none waits. */
  wakeForDue(): boolean
  /** Lets all nodes look, or those of these ids. */
  look(nodeIds?: ReadonlySet<string>): void
  isHeard(): boolean
}

/** Knows no node yet. */
export function createNodeSignals(): NodeSignals {
  const memories = new Map<string, NodeMemory>()
  // In the order in which they began to wait.
  const sleepers = new Set<Sleeper>()
  const memoryOf = (nodeId: string): NodeMemory => {
    let memory = memories.get(nodeId)
    if (memory === undefined) {
      memory = {
        asleepSince: -1,
        mailSince: undefined,
        toldCancels: new Set(),
        draining: undefined,
        settingsVersion: undefined,
        schedulesSeen: undefined,
      }
      memories.set(nodeId, memory)
    }
    return memory
  }
  const nudge = (why: Nudge, nodeIds?: ReadonlySet<string>): void => {
    for (const sleeper of sleepers) if (nodeIds?.has(sleeper.nodeId) !== false) sleeper.nudge(why)
  }
  return {
    memoryOf,
    forget: (nodeId) => void memories.delete(nodeId),
    isAsleep(nodeId, ticket) {
      memoryOf(nodeId).asleepSince = ticket
    },
    isAwake(nodeId) {
      memoryOf(nodeId).asleepSince = -1
    },
    hasReceived(nodeId, ticket) {
      memoryOf(nodeId).mailSince = ticket
      // Mail that came meanwhile found it awake.
      if (ticket !== undefined) nudge('received', new Set([nodeId]))
    },
    wait(sleeper) {
      sleepers.add(sleeper)
      return () => void sleepers.delete(sleeper)
    },
    wakeForWork(line, jobs) {
      let left = jobs
      for (const sleeper of sleepers) {
        if (left <= 0) return
        if (sleeper.matcher?.(line) === undefined) continue
        sleepers.delete(sleeper)
        sleeper.nudge('work')
        left--
      }
    },
    wakeForMail(queue, instances) {
      let left = instances
      for (const sleeper of sleepers) {
        if (left <= 0) return
        if (!sleeper.mailboxes.includes(queue) || memoryOf(sleeper.nodeId).mailSince === undefined) continue
        sleepers.delete(sleeper)
        sleeper.nudge('mail')
        left--
      }
    },
    wakeForDue() {
      const [sleeper] = sleepers
      sleeper?.nudge('due')
      return sleeper !== undefined
    },
    look: (nodeIds) => nudge('look', nodeIds),
    isHeard: () => sleepers.size > 0,
  }
}
