import { DureqError, type JsonSchema, ValidationError } from '@dureq/types'
import { object, text, texts } from '../schemas/shared.ts'

/** Which of many an order is for: those of these ids or, without any, the newest in this status. */
export interface BulkWire {
  readonly ids?: readonly string[]
  readonly status?: string
}

/** The schemas of such a request and of its answer. */
export const bulkSchema: { readonly body: JsonSchema; readonly response: { readonly 200: JsonSchema } } = {
  body: object({}, { ids: texts, status: text }),
  response: { 200: object({ affected: { type: 'integer', minimum: 0 } }) },
}

/** Most that one request concerns. */
const MAX_BULK = 100

/** How an order is given to many. */
export interface BulkOrder {
  /** The ids of the newest, at most 100, in a status. */
  readonly newest: (status: string) => Promise<readonly string[]>
  /** Gives it to one of them. */
  readonly give: (id: string) => Promise<void>
  /** Codes of the errors that say that one cannot take it: it is passed over. */
  readonly passedOver: readonly string[]
}

/**
 * Gives an order to many at once, and passes over what is not there or cannot take it.
 *
 * @returns how many have taken it.
 * @throws ValidationError when the request names nothing.
 */
export async function giveToMany({ ids = [], status = '' }: BulkWire, order: BulkOrder): Promise<number> {
  if (ids.length === 0 && status === '') {
    throw new ValidationError([{ field: 'ids', problem: 'must not be empty, unless a status is given' }])
  }
  const chosen = ids.length > 0 ? new Set(ids.slice(0, MAX_BULK)) : await order.newest(status)
  const given = await Promise.all([...chosen].map((id) => take(id, order)))
  return given.filter(Boolean).length
}

async function take(id: string, { give, passedOver }: BulkOrder): Promise<boolean> {
  try {
    await give(id)
    return true
  } catch (error) {
    if (DureqError.is(error) && passedOver.includes(error.code)) return false
    throw error
  }
}
