import type { DeadFilter, InspectorRole } from '@dureq/types'
import type { Orders } from '../orders.ts'
import { MAX_PAGE } from '../page-options.ts'
import { formatDeadCursor, parseDeadCursor } from './dead-cursor.ts'
import { giveToMany, type MakeCommand } from './give-to-many.ts'
import type { RefusedOrder, WalkReport } from './order-report.ts'

/** Which dead jobs an order is for, how far to go, and what it is. */
export interface DeadWalk {
  readonly filter: DeadFilter
  readonly limit: number
  readonly cursor?: string | undefined
  readonly make: MakeCommand
}

/** Pages one call reads at most: where few jobs fit a filter, each may hold none. */
const MOST_PAGES = 20

/**
 * Gives an order to dead jobs, those that died first going first, until it was given to as many as asked. Those that die after it
 * has begun are not among them: else a retry of jobs that die again at once would never come to an end.
 */
export async function walkDead(
  inspector: InspectorRole,
  orders: Orders,
  { filter, limit, cursor: given, make }: DeadWalk,
): Promise<WalkReport> {
  const begin = given === undefined ? { until: (await inspector.info()).now } : parseDeadCursor(given)
  const { until } = begin
  let done = 0
  const refused: RefusedOrder[] = []
  let { cursor } = begin
  for (let pages = 0, left = limit; left > 0 && pages < MOST_PAGES; pages++) {
    const request = { limit: Math.min(left, MAX_PAGE), sort: 'oldest' as const }
    const page = await inspector.listDead(filter, cursor === undefined ? request : { ...request, cursor })
    const rows = page.rows.filter(({ updatedAt }) => updatedAt <= until)
    const report = await giveToMany(orders, rows, make)
    done += report.done
    refused.push(...report.refused)
    left -= rows.length
    cursor = page.cursor
    if (cursor === undefined || rows.length < page.rows.length) return { done, refused }
  }
  return { done, refused, cursor: formatDeadCursor({ until, cursor }) }
}
