import {
  defaultPriority,
  type GroupState,
  type InstanceCommit,
  type JsonText,
  type MailBag,
  type MailQueue,
  type NewId,
  noChanges,
} from '@dureq/types'

/** Where groups wait that no aggregator is for: no setting has this key. */
export const PARKED: MailQueue = 'group:\n'

/** The timer of a group that is tried again. */
const RETRY_TIMER = 'retry'
/** Pauses between tries: the first, and the longest. */
const PAUSES = { firstMs: 1_000, mostMs: 60_000 }

/** The step that makes one job of a group. The group is gone with it. */
export function flushed({ head, messages }: MailBag, job: AggregatedJob): InstanceCommit {
  const { taskType, payload, newId } = job
  const id = newId()
  return {
    ...nothing({ head, messages }),
    remove: true,
    enqueue: [{ id, taskType, payload, priority: defaultPriority }],
    events: [{ type: 'group.flushed', taskType }],
  }
}

/** The job to make of a group. */
export interface AggregatedJob {
  readonly taskType: string
  readonly payload: JsonText
  readonly newId: NewId
}

/** The step of a group whose messages could not be put together: it keeps them, and is tried again. */
export function failed(
  bag: MailBag,
  taskType: string,
  { error, now }: { error: string; now: number },
): InstanceCommit {
  const { attempts = 0 } = stateOf(bag)
  const pause = Math.min(PAUSES.mostMs, PAUSES.firstMs * 2 ** Math.min(attempts, 30))
  const state: GroupState = { attempts: attempts + 1, error, retryAt: now + pause }
  return {
    ...nothing(bag),
    state: JSON.stringify(state),
    timers: [{ name: RETRY_TIMER, dueAt: now + pause }],
    events: [{ type: 'group.failed', taskType, error }],
  }
}

/** The step of a group for which no aggregator is: it waits with its mail until one comes, and costs nothing meanwhile. */
export function parked(bag: MailBag): InstanceCommit {
  return { ...nothing(bag), consumed: 0, queue: PARKED }
}

/** The step of a group that another aggregator is for: it is given its mail. */
export function passedOn(bag: MailBag, key: string): InstanceCommit {
  return { ...nothing(bag), consumed: 0, queue: `group:${key}` }
}

/** Of which task the messages of a group are. */
export function taskTypeOf({ head }: Pick<MailBag, 'head'>): string {
  return JSON.parse(head.input ?? '""') as string
}

/** What is kept of a group in its head. */
export function stateOf({ head }: Pick<MailBag, 'head'>): GroupState {
  return JSON.parse(head.state) as GroupState
}

function nothing({ head, messages }: MailBag): InstanceCommit {
  return {
    id: head.id,
    version: head.version,
    consumed: messages.length,
    status: head.status,
    state: head.state,
    ...noChanges,
  }
}
