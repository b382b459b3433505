import {
  type BatchPlan,
  checkKnown,
  checkName,
  Faults,
  initialBatchState,
  isPlainObject,
  itemParts,
  type NewInstance,
  present,
  type ResolvedBatch,
  resolveBatch,
  ValidationError,
  validatePayload,
} from '@dureq/types'
import type { AnyTask } from '../any-task.ts'
import type { ClientCore } from '../core.ts'
import type { EnqueueBatchOptions } from './batch-definition.ts'
import { ItemSource, isItems, type Piece } from './item-source.ts'

/** A batch that can be stored as soon as its first items are known. */
export interface BatchDraft {
  readonly resolved: ResolvedBatch
  readonly source: ItemSource
  readonly options: EnqueueBatchOptions
}

/**
 * Checks everything but the items; those of a list as well when something else is wrong, so that all faults are told at once.
 *
 * @throws ValidationError (rejects with it) naming every fault.
 */
export async function draftBatch(
  definition: unknown,
  options: EnqueueBatchOptions,
  { store: { limits } }: Pick<ClientCore, 'store'>,
): Promise<BatchDraft> {
  const faults = new Faults()
  const given = isPlainObject(definition) ? definition : undefined
  const { items, itemTask, onetimeTask, ...plain } = given ?? {}
  const plan = { ...plain, ...typeOf('item', { task: itemTask, plain }, faults) }
  const whole = { ...plan, ...typeOf('onetime', { task: onetimeTask, plain }, faults) }
  const resolved = faults.attempt(() => resolveBatch(given === undefined ? definition : whole, { limits }))
  await checkOnetimePayload(onetimeTask, plain.onetimePayload, faults)
  if (given !== undefined && !isItems(items))
    faults.add('items', 'must be a list, an iterable or an async iterable')
  checkOptions(options, faults)
  const task = isPlainObject(itemTask) ? (itemTask as unknown as AnyTask) : undefined
  const source = new ItemSource(items as Iterable<never>, { limits, task })
  // Of a list everything is known; what makes its items one by one is not begun for a batch that cannot be.
  if (faults.found.length > 0 && Array.isArray(items)) await addItemFaults(source, faults)
  faults.throwIfAny()
  return { resolved: resolved as ResolvedBatch, source, options }
}

/** Adds what is wrong with the items of a list. */
async function addItemFaults(source: ItemSource, faults: Faults): Promise<void> {
  try {
    await source.pieces().next()
  } catch (error) {
    faults.attempt(() => {
      throw error
    })
  }
}

/** The batch to store, with its first items. */
export function newBatch(
  { resolved: { plan, hash, text }, options: { requestId, startAtOnce = false } }: BatchDraft,
  { items, last }: Piece,
  { newId }: Pick<ClientCore, 'newId'>,
): NewInstance {
  return {
    id: newId(),
    kind: 'batch',
    name: plan.name,
    definition: { hash, text },
    state: JSON.stringify(initialBatchState(plan, startAtOnce)),
    parts: itemParts(0, items),
    names: items.map(({ id }) => id),
    ...(!last && { open: true }),
    ...present({ requestId, concurrencyKeys: plan.itemConcurrencyKeys?.map(({ key }) => key) }),
  }
}

/** The task type a task stands for. */
function typeOf(
  role: 'item' | 'onetime',
  { task, plain }: { readonly task: unknown; readonly plain: Readonly<Record<string, unknown>> },
  faults: Faults,
): Partial<Pick<BatchPlan, 'itemTaskType' | 'onetimeTaskType'>> {
  if (task === undefined) return {}
  const name = `${role}TaskType` as const
  if (plain[name] !== undefined) faults.add(name, `must not be given together with ${role}Task`)
  if (!isPlainObject(task)) faults.add(`${role}Task`, 'must be a task, as defineTask makes')
  return { [name]: isPlainObject(task) ? task.type : '?' }
}

async function checkOnetimePayload(task: unknown, payload: unknown, faults: Faults): Promise<void> {
  if (!isPlainObject(task)) return
  try {
    await validatePayload(task as unknown as AnyTask, payload ?? null)
  } catch (error) {
    if (!ValidationError.is(error)) throw error
    for (const { field, problem, limit } of error.fields)
      faults.add(field.replace(/^payload/, 'onetimePayload'), problem, limit)
  }
}

function checkOptions(options: EnqueueBatchOptions, faults: Faults): void {
  if (!isPlainObject(options)) return faults.add('options', 'must be an object')
  checkKnown(options, ['requestId', 'startAtOnce'], '', faults)
  const { requestId, startAtOnce } = options
  if (requestId !== undefined) checkName('requestId', requestId, 'requestId', faults)
  if (startAtOnce !== undefined && typeof startAtOnce !== 'boolean')
    faults.add('startAtOnce', 'must be true or false')
}
