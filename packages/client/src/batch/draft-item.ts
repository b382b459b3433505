import {
  checkItem,
  Faults,
  type SizeLimits,
  type StoredItem,
  ValidationError,
  validatePayload,
} from '@dureq/types'
import type { AnyTask } from '../any-task.ts'

/** How the items of one batch are checked. */
export interface ItemCheck {
  readonly limits: SizeLimits
  /** Whose payload schema they have to fit. */
  readonly task?: AnyTask | undefined
}

/**
 * The item as it is stored; good only if no fault was added. Faults are named as `items[3].payload.to`. A promise only if the
 * schema is asynchronous.
 */
export function draftItem(
  item: unknown,
  index: number,
  { faults, limits, task }: ItemCheck & { readonly faults: Faults },
): StoredItem | Promise<StoredItem | undefined> | undefined {
  const stored = checkItem(item, index, faults, limits)
  if (stored === undefined || task === undefined) return stored
  const field = `items[${index}]`
  try {
    const fits = validatePayload(task, (item as { readonly payload: unknown }).payload)
    if (!(fits instanceof Promise)) return stored
    return fits.then(
      () => stored,
      (error: unknown) => addFaults(error, field, faults),
    )
  } catch (error) {
    return addFaults(error, field, faults)
  }
}

function addFaults(error: unknown, item: string, faults: Faults): undefined {
  if (!ValidationError.is(error)) throw error
  for (const { field, problem, limit } of error.fields) faults.add(`${item}.${field}`, problem, limit)
}
