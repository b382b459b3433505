import {
  checkInteger,
  checkKnown,
  checkName,
  checkTaskType,
  defaultPriority,
  type Fault,
  Faults,
  isPlainObject,
  type NewJob,
  present,
  type Recurrence,
  readConcurrencyKeys,
  readDuration,
  resolveTaskOptions,
  SizeLimitError,
  type SizeLimits,
} from '@dureq/types'
import type { AnyTask } from './any-task.ts'
import { type Due, readDue } from './due.ts'
import { type EnqueueOptions, enqueueOptionNames } from './enqueue-options.ts'
import { checkHeaderSet, checkRetryPolicyShape, checkTagList } from './option-checks.ts'
import { type RoomWait, readRoomOptions } from './room-options.ts'

/** Options that have been checked once, good for as many payloads as you like. */
export interface CheckedOptions {
  /** Everything about the new job but its payload; only good if there are no faults. */
  readonly job: Omit<NewJob, 'id' | 'payload' | 'recurrence'>
  /** What makes it a recurring job. */
  readonly recurring?: Omit<Recurrence, 'next'> | undefined
  /** How long the call waits for room. */
  readonly room?: RoomWait
  readonly faults: readonly Fault[]
  /** The one of the faults that is a size limit. */
  readonly tooLarge?: SizeLimitError | undefined
}

/**
 * Checks task and options and fills in every default that is stored with a job. Never throws for what a user gave.
 *
 * @param now of a recurring schedule the store's time, epoch ms, else the caller's: then only for the bound of ten years.
 */
export function checkOptions(
  task: AnyTask | string,
  given: EnqueueOptions,
  { limits, now }: { readonly limits: SizeLimits; readonly now: number },
): CheckedOptions {
  const faults = new Faults()
  const defaults: Partial<AnyTask> = typeof task === 'object' && task !== null ? task : { type: task }
  const taskType = defaults.type as string
  checkTaskType(taskType, 'taskType', faults)
  if (!isPlainObject(given)) {
    faults.add('options', 'must be an object')
    return { job: { taskType, priority: defaultPriority }, faults: faults.found }
  }
  checkKnown(given, enqueueOptionNames, '', faults)
  const tooLarge = checkLabels(given, limits, faults)
  const { recurring: schedule, ...options } = readOptions(given, { defaults, now }, faults)
  const job = { taskType, ...options }
  const recurring = schedule === undefined ? undefined : { schedule, anchorAt: now }
  return { job, room: readRoomOptions(given, faults), faults: faults.found, tooLarge, recurring }
}

/** Checks what is stored as it was given; returns the fault that is a size limit, if there is one. */
function checkLabels(given: EnqueueOptions, limits: SizeLimits, faults: Faults): SizeLimitError | undefined {
  const { tags, headers, dlqAfter } = given
  for (const kind of ['uniqueKey', 'requestId', 'version'] as const) {
    if (given[kind] !== undefined) checkName(kind, given[kind], kind, faults)
  }
  if (dlqAfter !== undefined) checkInteger(dlqAfter, { min: 1, max: 1_000_000 }, 'dlqAfter', faults)
  if (tags !== undefined) checkTagList(tags, 'tags', faults)
  const tooLarge = headers === undefined ? undefined : checkHeaderSet(headers, limits.headers, faults)
  if (tooLarge !== undefined)
    for (const { field, problem, limit } of tooLarge.fields) faults.add(field, problem, limit)
  return tooLarge
}

/** Only what a handler's node cannot apply, because it is needed before a handler is chosen, comes from the task. */
function readOptions(
  given: EnqueueOptions,
  { defaults, now }: { readonly defaults: Partial<AnyTask>; readonly now: number },
  faults: Faults,
): Omit<CheckedOptions['job'], 'taskType'> & Pick<Due, 'recurring'> {
  const { retryPolicy, timeout, heartbeatTimeout, tags, headers, uniqueKey, requestId, dlqAfter, version } =
    given
  const { priority, ...resolved } = resolveTaskOptions(
    present({
      retryPolicy: checkRetryPolicyShape(retryPolicy, faults),
      timeout,
      heartbeatTimeout,
      scheduleToStartTimeout: given.scheduleToStartTimeout ?? defaults.scheduleToStartTimeout,
      priority: given.priority ?? defaults.priority ?? defaultPriority,
    }),
    faults,
  )
  return present({
    ...resolved,
    priority: priority ?? defaultPriority,
    ...readDue(given, now, faults),
    tags,
    headers,
    uniqueKey,
    requestId,
    dlqAfter,
    version,
    concurrencyKeys: readConcurrencyKeys(given.concurrencyKeys, 'concurrencyKeys', faults),
    retainMs: readDuration(given.retain, 'retain', faults),
  })
}
