import type { InstanceFilter, InstanceHead, InstanceKind, Page, PageRequest } from '@dureq/types'
import type { Connection, SqlValue } from './connection.ts'
import { instanceStatusCode, kindCode } from './instance-codes.ts'
import { readInstanceCounts } from './instance-counts.ts'
import { instanceColumns, instanceOf, visibleInstances } from './instance-row.ts'
import { readPage, writeKeyCursor } from './key-cursor.ts'
import { headsOf } from './read-instances.ts'

/** Which instances to list. */
export interface InstanceListing extends InstanceFilter {
  readonly kind: InstanceKind
}

/** One page of instances: `InspectorRole.listInstances`. */
export function listInstances(
  db: Connection,
  listing: InstanceListing,
  page: PageRequest,
): Page<InstanceHead> {
  const { limit } = page
  const numbered = { name: JSON.stringify([listing.kind, listing.status, listing.name]), width: 1 }
  const { beyond, order, offset, after } = readPage(numbered, page)
  const { where, params } = conditionsOf(listing)
  const further = after === undefined ? '' : `AND i.seq ${beyond} ?`
  const sql = `SELECT ${instanceColumns} FROM ${visibleInstances} WHERE ${where} ${further}
    ORDER BY i.seq ${order} LIMIT ? OFFSET ?`
  const found = db.all(sql, [...params, ...(after ?? []), limit + 1, offset]).map(instanceOf)
  const shown = found.slice(0, limit)
  const instances = { rows: headsOf(db, shown), total: totalOf(db, listing), totalExact: true }
  const last = shown.at(-1)
  if (found.length <= limit || last === undefined) return instances
  return { ...instances, cursor: writeKeyCursor(numbered, page, [last.seq]) }
}

/** What instances must fit: a condition on `instances i`, and its parameters. */
export interface InstanceConditions {
  readonly where: string
  readonly params: readonly SqlValue[]
}

/** The condition that a listing is. */
export function conditionsOf({ kind, status, name }: InstanceListing): InstanceConditions {
  const code = kindCode(kind)
  // The plus: an index by kind alone would help nothing, and cost a sort.
  if (status === undefined && name === undefined) return { where: '+i.kind = ?', params: [code] }
  const ofName = name === undefined ? '' : 'AND i.name = ?'
  const inStatus = status === undefined ? '' : 'AND i.status = ?'
  return {
    where: `i.kind = ? ${ofName} ${inStatus}`,
    params: [
      code,
      ...(name === undefined ? [] : [name]),
      ...(status === undefined ? [] : [instanceStatusCode(status)]),
    ],
  }
}

function totalOf(db: Connection, { kind, status, name }: InstanceListing): number {
  return readInstanceCounts(db, kind)
    .filter((each) => status === undefined || each.status === status)
    .filter((each) => name === undefined || each.name === name)
    .reduce((sum, { count }) => sum + count, 0)
}
