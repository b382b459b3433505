import {
  checkKnown,
  checkName,
  type EventFilter,
  type EventPosition,
  eventTypes,
  Faults,
  isPlainObject,
  type JobEvent,
  present,
} from '@dureq/types'
import type { ClientCore } from './core.ts'
import { findableId } from './job-ref.ts'
import { joinSignals } from './joined-signal.ts'
import { findableWorkflow } from './workflow-ref.ts'

/** Which events, from where, until when. */
export interface SubscribeOptions extends EventFilter {
  /** Goes on after the position of an event seen before. Default: from now on. */
  readonly after?: EventPosition
  /** Ends the subscription. */
  readonly signal?: AbortSignal
}

/** An event with its position in the log; or, as `gap`, word that events before this position are no longer kept. */
export type SubscribedEvent =
  | (JobEvent & { readonly position: EventPosition })
  | { readonly type: 'gap'; readonly position: EventPosition }

/** Tells what happens as it happens. */
export interface Subscribing {
  /**
   * The events that fit the filter, in order per job, until `signal` aborts, the loop is left or the client is
   * closed. The subscription begins with this call, not with the first look at it. The log keeps the newest 100,000
   * events of the last 24 hours: who comes back later than that is given one `gap` first.
   *
   * @throws ValidationError at once, naming every fault.
   */
  subscribe(options?: SubscribeOptions): AsyncIterableIterator<SubscribedEvent>
}

/** The subscribing part of a client. */
export function createSubscribing({ store, life }: ClientCore): Subscribing {
  return {
    subscribe(options = {}) {
      life.signal.throwIfAborted()
      checkSubscription(options)
      const { signal, after, types, taskType, jobId, workflowId } = options
      const joined = joinSignals([life.signal, signal])
      const filter = present({ types, taskType, jobId, workflowId })
      const deliveries = store.events.subscribe(filter, present({ after, signal: joined.signal }))
      const iterator = deliveries[Symbol.asyncIterator]()
      const first = iterator.next()
      first.catch(() => {}) // whoever iterates is told
      return events()

      async function* events(): AsyncGenerator<SubscribedEvent, void> {
        try {
          for (let step = await first; step.done !== true; step = await iterator.next()) {
            const { value } = step
            yield value.kind === 'gap'
              ? { type: 'gap', position: value.position }
              : { ...value.event, position: value.position }
          }
        } finally {
          joined.abort()
          joined.release()
          await iterator.return?.()
        }
      }
    },
  }
}

const optionNames = ['types', 'jobId', 'taskType', 'workflowId', 'after', 'signal']

function checkSubscription(options: SubscribeOptions): void {
  const faults = new Faults()
  if (!isPlainObject(options)) faults.add('options', 'must be an object')
  else {
    checkKnown(options, optionNames, '', faults)
    checkFilter(options, faults)
    const { after } = options
    if (after !== undefined && typeof after !== 'string')
      faults.add('after', 'must be the position of an event')
  }
  faults.throwIfAny()
}

function checkFilter({ types, jobId, taskType, workflowId }: EventFilter, faults: Faults): void {
  if (taskType !== undefined) checkName('taskType', taskType, 'taskType', faults)
  if (jobId !== undefined && findableId(jobId) === undefined) faults.add('jobId', 'must be the id of a job')
  if (workflowId !== undefined && findableWorkflow(workflowId) === undefined)
    faults.add('workflowId', 'must be the id of a workflow')
  if (types === undefined) return
  if (!Array.isArray(types)) return faults.add('types', 'must be a list of event types')
  types.forEach((type, i) => {
    if (!eventTypes.includes(type)) faults.add(`types[${i}]`, 'must be an event type, such as job.completed')
  })
}
