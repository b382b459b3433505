import {
  applySchema,
  checkInteger,
  checkName,
  checkPriority,
  checkTaskType,
  defaultPriority,
  Faults,
  type NameKind,
  type NewId,
  type NewJob,
  type SizeLimits,
  SizeLimitError,
  type Task,
  toJsonText,
} from '@dureq/types'
import { readDue } from './due.ts'
import { type EnqueueOptions, enqueueOptionNames } from './enqueue-options.ts'
import {
  checkHeaderSet,
  checkKnown,
  checkTagList,
  isPlainObject,
  readDuration,
  readRetryPolicy,
} from './option-checks.ts'
import { present } from './present.ts'

/** Any task: what a client needs to know of one is its name, its payload schema and its defaults. */
export type AnyTask = Task<unknown, unknown, unknown, unknown>

/** What is needed to turn requests into new jobs. */
export interface DraftContext {
  readonly limits: SizeLimits
  /** The caller's time, epoch ms: only for the bound of ten years. */
  readonly now: number
  readonly newId: NewId
}

/** Everything about a new job but its payload; good for as many payloads as you like. */
export type DraftOptions = Omit<NewJob, 'id' | 'payload'>

/** Checked options, and what was found wrong with them. */
export interface CheckedOptions {
  readonly options: DraftOptions
  readonly faults: Faults
  /** The one of the faults that is a size limit. */
  readonly tooLarge?: SizeLimitError | undefined
}

/** Checks task and options and fills in every default that is stored. Never throws for what a user gave. */
export function checkOptions(task: AnyTask | string, given: EnqueueOptions, context: DraftContext): CheckedOptions {
  const faults = new Faults()
  const definition = asTask(task)
  checkTaskType(definition.type, 'taskType', faults)
  if (!isPlainObject(given)) {
    faults.add('options', 'must be an object')
    return { options: { taskType: definition.type, priority: defaultPriority }, faults }
  }
  checkKnown(given, enqueueOptionNames, '', faults)
  const tooLarge = checkLabels(given, context.limits, faults)
  return { options: readOptions(definition, given, context.now, faults), faults, tooLarge }
}

/**
 * The job to store for one payload.
 *
 * @returns a promise only if the task's payload schema answers with one.
 * @throws ValidationError (or rejects with it) naming every fault of options and payload; SizeLimitError when a
 *   size is all that is wrong.
 */
export function draftJob(
  { payload, schema }: { readonly payload: unknown; readonly schema?: AnyTask['payload'] | undefined },
  checked: CheckedOptions,
  context: DraftContext,
): NewJob | Promise<NewJob> {
  const faults = new Faults()
  for (const { field, problem, limit } of checked.faults.found) faults.add(field, problem, limit)
  const value = payload === undefined ? null : payload
  const finish = (): NewJob => finishDraft(value, { ...checked, faults }, context)
  const fits = faults.attempt(() => applySchema(schema, value, 'payload'))
  if (!(fits instanceof Promise)) return finish()
  return fits.then(finish, (error: unknown) => {
    faults.attempt(() => {
      throw error
    })
    return finish()
  })
}

function finishDraft(value: unknown, checked: CheckedOptions, context: DraftContext): NewJob {
  const { faults } = checked
  let tooLarge = checked.tooLarge
  const payload = faults.attempt(() => {
    try {
      return toJsonText(value, 'payload', context.limits.payload)
    } catch (error) {
      if (SizeLimitError.is(error)) tooLarge = error
      throw error
    }
  })
  if (tooLarge !== undefined && faults.found.length === 1) throw tooLarge
  faults.throwIfAny()
  return { id: context.newId(), payload: payload as string, ...checked.options }
}

function asTask(task: AnyTask | string): Pick<AnyTask, 'type' | 'priority' | 'scheduleToStartTimeout'> {
  return isPlainObject(task) ? task : { type: task as string }
}

/** Checks what is stored as it was given. */
function checkLabels(given: EnqueueOptions, limits: SizeLimits, faults: Faults): SizeLimitError | undefined {
  const { tags, headers, dlqAfter } = given
  checkOptionalName('uniqueKey', given.uniqueKey, faults)
  checkOptionalName('requestId', given.requestId, faults)
  checkOptionalName('version', given.version, faults)
  if (dlqAfter !== undefined) checkInteger(dlqAfter, { min: 1, max: 1_000_000 }, 'dlqAfter', faults)
  if (tags !== undefined) checkTagList(tags, 'tags', faults)
  if (headers === undefined) return undefined
  let tooLarge: SizeLimitError | undefined
  faults.attempt(() => {
    try {
      checkHeaderSet(headers, 'headers', limits.headers, faults)
    } catch (error) {
      if (SizeLimitError.is(error)) tooLarge = error
      throw error
    }
  })
  return tooLarge
}

function checkOptionalName(kind: NameKind & keyof EnqueueOptions, value: unknown, faults: Faults): void {
  if (value !== undefined) checkName(kind, value, kind, faults)
}

function readOptions(
  task: ReturnType<typeof asTask>,
  given: EnqueueOptions,
  now: number,
  faults: Faults,
): DraftOptions {
  const priority = given.priority ?? task.priority ?? defaultPriority
  checkPriority(priority, 'priority', faults)
  const toStart = given.scheduleToStartTimeout ?? task.scheduleToStartTimeout
  const { retryPolicy } = given
  return present({
    taskType: task.type,
    priority,
    ...readDue(given, now, faults),
    retryPolicy: retryPolicy === undefined ? undefined : readRetryPolicy(retryPolicy, 'retryPolicy', faults),
    tags: given.tags,
    headers: given.headers,
    uniqueKey: given.uniqueKey,
    requestId: given.requestId,
    dlqAfter: given.dlqAfter,
    version: given.version,
    timeoutMs: readDuration(given.timeout, { field: 'timeout', min: 1 }, faults),
    scheduleToStartTimeoutMs: readDuration(toStart, { field: 'scheduleToStartTimeout', min: 1 }, faults),
    heartbeatTimeoutMs: readDuration(given.heartbeatTimeout, { field: 'heartbeatTimeout', min: 1_000 }, faults),
    retainMs: readDuration(given.retain, { field: 'retain' }, faults),
  })
}
